"""Publishing: a provider puts one course or one run into its own catalogue, or takes it out of it again."""

from __future__ import annotations

from dataclasses import dataclass

from babel.core import get_global
from django.db import transaction

from config.ids import new_code
from config.refusals import only
from ledger import Actor, now, record
from providers import errors, events
from providers.catalogue import Published, put_courses, put_runs, record_published
from providers.feeds.plain_text import one_line, web_address
from providers.listings import CourseListing, RunListing
from providers.models import Course, CourseRun, Provider
from providers.shaping import doubts

_SHUT = (Provider.State.SUSPENDED, Provider.State.REMOVED)


@dataclass(frozen=True, slots=True)
class LastSeen:
    """What whoever writes takes for granted: one of these versions (`versions`; None is any), that there is something
    (`there` True), or that there is nothing (False). With neither, they write whatever there is."""

    versions: frozenset[str] | None = None
    there: bool | None = None

    def hold_to(self, found: Course | CourseRun | None) -> None:
        """Raises ChangedMeanwhile, ThereAlready or NotThereYet."""
        if found is None:
            if self.there or self.versions is not None:
                raise errors.NotThereYet(field="If-Match")
        elif self.there is False:
            raise errors.ThereAlready(field="If-None-Match", etag=version_of(found))
        elif self.versions is not None and version_of(found) not in self.versions:
            raise errors.ChangedMeanwhile(field="If-Match", etag=version_of(found))


WHATEVER = LastSeen()


def version_of(row: Course | CourseRun) -> str:
    """The version of what the provider wrote: it changes with it, and when it is withdrawn or comes back."""
    return f"{row.content_hash}-withdrawn" if row.withdrawn_at else row.content_hash


def new_identifier() -> str:
    """An identifier for a course or a run whose provider has none of its own."""
    return new_code(9)


def is_currency(code: str) -> bool:
    """Whether this is a currency's code in ISO 4217."""
    return code in get_global("all_currencies")


def may_publish(provider: Provider) -> Provider:
    """Hold the provider's catalogue for this transaction. Raises ProviderMayNotPublish. Locks the provider."""
    locked = Provider.objects.select_for_update(no_key=True).get(pk=provider.pk)
    if locked.state in _SHUT:
        raise errors.ProviderMayNotPublish(provider=locked.name, state=locked.get_state_display())
    return locked


def put_course(
    provider: Provider, listing: CourseListing, *, actor: Actor, last_seen: LastSeen = WHATEVER
) -> Published[Course]:
    """Create a course, or put this one in the place of the one with its identifier; its runs stay as they are.

    Raises ProviderMayNotPublish, what `LastSeen.hold_to` raises, and what `publish_courses` refuses. Locks the
    provider.
    """
    with transaction.atomic():
        locked = may_publish(provider)
        before = Course.objects.filter(provider=locked, identifier=one_line(listing.identifier)).first()
        last_seen.hold_to(before)
        if listing.url and not web_address(listing.url):
            raise errors.WebAddressWrong(field="url", url=listing.url[:200])
        answers = put_courses(locked, [listing])
        published = only(answers)
        record_published(locked, answers, actor, courses=1)
    return published


def put_run(
    provider: Provider, listing: RunListing, *, actor: Actor, last_seen: LastSeen = WHATEVER
) -> Published[CourseRun]:
    """Create a run of one of the provider's courses, or put this one in its place, with all that comes with it.

    Raises CourseNotFound, CurrencyUnknown, RunDatesReversed (from a feed such a run is kept and not shown; whoever
    writes one by itself can put it right at once), and as with `put_course`. Locks the provider.
    """
    with transaction.atomic():
        locked = may_publish(provider)
        course = course_of(locked, listing.course)
        before = course.runs.filter(identifier=one_line(listing.identifier)).first()
        last_seen.hold_to(before)
        if not is_currency(listing.price.currency):
            raise errors.CurrencyUnknown(field="currency", currency=listing.price.currency)
        if doubt := doubts(listing):
            raise errors.RunDatesReversed(field="ends_on", **doubt.facts)
        answers = put_runs(locked, [listing])
        published = only(answers)
        record_published(locked, answers, actor, runs=1)
    return published


def withdraw_course(provider: Provider, identifier: str, *, actor: Actor, last_seen: LastSeen = WHATEVER) -> Course:
    """Take a course out of the catalogue with all its runs; one that is withdrawn already is left as it is.

    Vouchers for it stand. Raises CourseNotFound, and as with `put_course`. Locks the provider.
    """
    with transaction.atomic():
        locked = may_publish(provider)
        course = course_of(locked, identifier)
        last_seen.hold_to(course)
        if course.withdrawn_at is None:
            course.withdrawn_at = now()
            course.save(update_fields=["withdrawn_at"])
            runs = course.runs.filter(withdrawn_at=None).update(withdrawn_at=course.withdrawn_at)
            record(events.COURSE_WITHDRAWN.by(actor, subject=course.subject, provider=locked.pk, runs=runs))
    return course


def withdraw_run(
    provider: Provider, course: str, identifier: str, *, actor: Actor, last_seen: LastSeen = WHATEVER
) -> CourseRun:
    """Take one run out of the catalogue; as with `withdraw_course`. Raises RunNotFound besides."""
    with transaction.atomic():
        locked = may_publish(provider)
        run = run_of(course_of(locked, course), identifier)
        last_seen.hold_to(run)
        if run.withdrawn_at is None:
            run.withdrawn_at = now()
            run.save(update_fields=["withdrawn_at"])
            record(events.RUN_WITHDRAWN.by(actor, subject=run.subject, provider=locked.pk, course=run.course_id))
    return run


def course_of(provider: Provider, identifier: str) -> Course:
    """The provider's own course, also one that is withdrawn. Raises CourseNotFound."""
    found = Course.objects.filter(provider=provider, identifier=one_line(identifier)).defer("search").first()
    if found is None:
        raise errors.CourseNotFound()
    found.provider = provider
    return found


def run_of(course: Course, identifier: str) -> CourseRun:
    """A run of the course, also one that is withdrawn. Raises RunNotFound."""
    found = course.runs.filter(identifier=one_line(identifier)).select_related("venue").first()
    if found is None:
        raise errors.RunNotFound()
    return found
