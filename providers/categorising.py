"""Categorising: which field of learning a course belongs to is said here, and never by its provider's feed."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from django.db import transaction

from config.bulk import write_back
from config.refusals import Refusal
from ledger import Actor, record
from providers import errors, events
from providers.categories import is_category
from providers.models import Course, Provider


def categorise(choices: Sequence[tuple[Course, str]], *, actor: Actor) -> list[Course | Refusal]:
    """Put each course into the ISCED-F 2013 detailed field whose code is given; "" makes it unclassified again.

    A code that is not known is refused (CategoryUnknown) and changes nothing. Locks their providers and then the
    courses, in id order, as everything does that changes what a catalogue shows.
    One event for each course whose category changed; the answer is in the order of `choices`.
    """
    wanted = {course.pk: code for course, code in choices if code == "" or is_category(code)}
    with transaction.atomic():
        locked = {course.pk: course for course in _lock(list(wanted))}
        moved = [(course, course.category) for pk, course in locked.items() if course.category != wanted[pk]]
        for course, _before in moved:
            course.category = wanted[course.pk]
        write_back([course for course, _before in moved], "category")
        record(
            *(
                events.COURSE_CATEGORISED.by(
                    actor,
                    subject=course.subject,
                    provider=course.provider_id,
                    from_category=before or None,
                    category=course.category or None,
                )
                for course, before in moved
            )
        )
    return [
        locked[course.pk] if course.pk in wanted else errors.CategoryUnknown(category=code) for course, code in choices
    ]


def _lock(ids: Sequence[UUID]) -> list[Course]:
    holders = Course.objects.filter(pk__in=ids).values("provider")
    list(Provider.objects.filter(pk__in=holders).order_by("pk").select_for_update(no_key=True))
    courses = Course.objects.filter(pk__in=ids).order_by("pk").defer("search", "description", "summary", "keywords")
    return list(courses.select_for_update(no_key=True))
