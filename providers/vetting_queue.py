"""The vetting queue: which courses somebody has to look at, and why."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any, cast
from uuid import UUID

from django.db.models import Case, Exists, F, FilteredRelation, OuterRef, Q, QuerySet, Subquery, TextChoices, When
from django.db.models.fields import BooleanField
from django.utils.translation import gettext_lazy as _

from providers.models import Accreditation, Course, CourseRun, CourseVetting, Provider

Decision = CourseVetting.Decision
# A course may get dearer than what vetting saw by so much before it has to be looked at again.
RISE_PERCENT = 10


class Why(TextChoices):
    """Why a course waits. More than one may be true."""

    DEARER = "dearer", _("Price not looked at")
    RETITLED = "retitled", _("Title or level changed")
    UNACCREDITED = "unaccredited", _("Not accredited")
    UNCATEGORISED = "uncategorised", _("No category")


@dataclass(frozen=True, slots=True)
class Look:
    """A course as vetting looks at it, on a day: `price_minor` of `currency` is the highest price of the runs that can
    still be joined, None where none has one. `last` is the decision that counts, if there was one.

    `settled`: that decision was a question or a refusal, and since then the provider has neither changed the course nor
    answered.
    """

    course: Course
    why: tuple[Why, ...]
    price_minor: int | None
    currency: str
    last: CourseVetting | None
    settled: bool

    @property
    def waits(self) -> bool:
        return bool(self.why) and not self.settled

    @property
    def seen(self) -> str:
        """What a decision is made on, as a code: another decision or another price makes it another."""
        course = self.course
        facts = (course.content_hash, course.title, course.level, course.category, self.price_minor, self.currency)
        return f"{self.last.pk.hex if self.last else ''}.{hashlib.sha256(repr(facts).encode()).hexdigest()[:16]}"


def look(courses: Collection[UUID], on: date) -> dict[UUID, Look]:
    """These courses as vetting looks at them, whether or not they wait. One query."""
    return {each.pk: _look(each) for each in _looked_at(on).filter(pk__in=courses).order_by()}


def looks(rows: Iterable[Course]) -> list[Look]:
    """The rows of `waiting`, or some of them. One query, where they are not read yet."""
    return [_look(row) for row in rows]


def waiting(on: date) -> QuerySet[Course]:
    """The courses that somebody has to look at on that day, those that wait longest first.

    In the queue is what a learner could join, of a provider that was not removed, when it holds no accreditation or has
    no category, costs more than what was vetted, or is called something else. What was asked or declined comes back
    when the provider has changed or answered it.
    """
    return _in_need(on).filter(Q(settled=False)).order_by("published_at", "id")


def with_providers(on: date) -> QuerySet[Course]:
    """The courses that wait for their provider's answer to a question, the oldest question first."""
    return _in_need(on).filter(Q(settled=True, last__decision=Decision.ASKED)).order_by(F("last__decided_at"), "id")


def only_for(rows: QuerySet[Course], why: Why) -> QuerySet[Course]:
    """Of those that wait, the ones that wait for this reason."""
    return rows.filter(**{f"is_{why.value}": True})


def _in_need(on: date) -> QuerySet[Course]:
    needs = Q()
    for why in Why:
        needs |= Q(**{f"is_{why.value}": True})
    could_be_joined = Exists(_open_runs(on))
    rows = _looked_at(on).filter(needs, could_be_joined, withdrawn_at=None)
    return rows.exclude(provider__state=Provider.State.REMOVED)


def _open_runs(on: date) -> QuerySet[CourseRun]:
    return CourseRun.objects.open_to_join(on).filter(course=OuterRef("pk"), withdrawn_at=None, dates_in_doubt=False)


def _looked_at(on: date) -> QuerySet[Course]:
    dearest = _open_runs(on).filter(pricing=CourseRun.Pricing.PRICED).order_by("-price_minor", "currency", "id")
    priced_alike = Q(top_minor=F("last__price_minor"), top_currency=F("last__currency"))
    unpriced_alike = Q(top_minor=None, last__price_minor=None)
    unchanged = Q(content_hash=F("last__content_hash")) & (priced_alike | unpriced_alike)
    same_level = Q(level=F("last__level")) | Q(level=None, last__level=None)
    return (
        Course.objects.select_related("provider")
        .defer("search")
        .annotate(
            last=FilteredRelation("vettings", condition=Q(vettings__superseded=False)),
            top_minor=Subquery(dearest.values("price_minor")[:1]),
            top_currency=Subquery(dearest.values("currency")[:1]),
        )
        .annotate(
            settled=_true(
                Q(last__decision__in=[Decision.ASKED, Decision.DECLINED], last__answered_at=None) & unchanged
            ),
            is_uncategorised=_true(Q(category="")),
            is_unaccredited=_true(~Exists(Accreditation.objects.not_over(on).filter(course=OuterRef("pk")))),
            is_dearer=_true(
                Q(price_ceiling_minor__isnull=False, top_minor__isnull=False)
                & (Q(top_minor__gt=F("price_ceiling_minor")) | ~Q(price_ceiling_currency=F("top_currency")))
            ),
            is_retitled=_true(Q(last__isnull=False) & (~Q(title=F("last__title")) | ~same_level)),
        )
        .select_related("last")  # type: ignore[misc]
    )


def _true(condition: Any) -> Case:
    """Whether it holds; what is not known does not."""
    return Case(When(condition, then=True), default=False, output_field=BooleanField())


def _look(row: Course) -> Look:
    facts = cast("Any", row)
    why = tuple(each for each in Why if getattr(facts, f"is_{each.value}"))
    return Look(row, why, facts.top_minor, facts.top_currency or "", getattr(facts, "last", None), facts.settled)
