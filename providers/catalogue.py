"""The catalogue: what a provider lists becomes courses and runs, set-wise, and nothing that is the same is touched."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar
from uuid import UUID

from django.db import transaction

from config.bulk import write_back
from config.refusals import Refusal
from ledger import Actor, now, record
from providers import errors, events
from providers.feeds.plain_text import one_line
from providers.listings import CourseListing, RunListing, VenueListing
from providers.models import Course, CourseRun, FeedLine, Provider, RunExtra, Venue
from providers.shaping import Fields, course_fields, doubts, extra_fields, run_fields, venue_fields, venue_position

Row = TypeVar("Row", Course, CourseRun)
Outcome = FeedLine.Outcome
BULKY = ("search", "summary", "description", "keywords")


@dataclass(frozen=True, slots=True)
class Published(Generic[Row]):
    """A course or run as it now stands in the catalogue; `doubt` is why it cannot be sold as it was listed."""

    row: Row
    outcome: Outcome
    doubt: Refusal | None = None


def publish_courses(provider: Provider, listings: Sequence[CourseListing], *, actor: Actor) -> list[Course | Refusal]:
    """Put courses into the provider's catalogue: new ones are created, known ones (by identifier) brought up to date.

    What is not listed stays as it is. A refused course (CourseWithoutIdentifier, CourseWithoutTitle, CourseTwice,
    CourseLevelWrong, TextTooLong) changes nothing. One event for the batch. Locks the provider; raises
    ProviderWasRemoved.
    """
    with transaction.atomic():
        lock_catalogue(provider)
        answers = put_courses(provider, listings)
        record_published(provider, answers, actor, courses=len(listings))
    return [answer.row if isinstance(answer, Published) else answer for answer in answers]


def publish_runs(provider: Provider, listings: Sequence[RunListing], *, actor: Actor) -> list[CourseRun | Refusal]:
    """Put runs of the provider's courses into its catalogue; everything else as with `publish_courses`.

    Refused: RunWithoutIdentifier, RunTwice, RunOfUnknownCourse, PriceWrong, PlacesWrong, TextTooLong; with what can be
    had with it: ExtraWithoutTitle, ExtraEarmarkUnknown, ExtraTwice, TooManyExtras. A run whose dates contradict each
    other is kept, and neither shown nor sold.
    """
    with transaction.atomic():
        lock_catalogue(provider)
        answers = put_runs(provider, listings)
        record_published(provider, answers, actor, runs=len(listings))
    return [answer.row if isinstance(answer, Published) else answer for answer in answers]


def lock_catalogue(provider: Provider) -> Provider:
    """Hold the provider's row, so that its catalogue is published by one at a time. Raises ProviderWasRemoved."""
    locked = Provider.objects.select_for_update(no_key=True).get(pk=provider.pk)
    if locked.state == Provider.State.REMOVED:
        raise errors.ProviderWasRemoved(provider=locked.name)
    return locked


def put_courses(provider: Provider, listings: Sequence[CourseListing]) -> list[Published[Course] | Refusal]:
    """Write the courses that are new or changed: two queries however many. The catalogue is locked by the caller."""
    shaped = [course_fields(listing) for listing in listings]
    identifiers = {fields["identifier"] for fields in shaped if not isinstance(fields, Refusal)}
    rows = Course.objects.filter(provider=provider, identifier__in=identifiers).defer(*BULKY)
    known = {course.identifier: course for course in rows}
    answers: list[Published[Course] | Refusal] = []
    seen: set[str] = set()
    for fields in shaped:
        if isinstance(fields, Refusal):
            answers.append(fields)
        elif fields["identifier"] in seen:
            answers.append(errors.CourseTwice(identifier=fields["identifier"]))
        else:
            seen.add(fields["identifier"])
            before = known.get(fields["identifier"])
            answers.append(_published(before, Course(provider=provider, **fields), fields))
    _write(Course, answers, unique_fields=["provider", "identifier"])
    return answers


def put_runs(provider: Provider, listings: Sequence[RunListing]) -> list[Published[CourseRun] | Refusal]:
    """Write the runs that are new or changed, and what can be had with them: five queries, those of `put_extras`, and
    one where a venue is somewhere else than was known, however many. The catalogue is locked by the caller."""
    courses = {
        course.identifier: course
        for course in Course.objects.filter(
            provider=provider, identifier__in={one_line(listing.course) for listing in listings}
        ).defer(*BULKY)
    }
    rows = CourseRun.objects.filter(course__in=[course.pk for course in courses.values()])
    known = {(run.course_id, run.identifier): run for run in rows}
    venues = _venues(provider, {listing.venue for listing in listings if listing.venue is not None})
    answers: list[Published[CourseRun] | Refusal] = []
    seen: set[tuple[UUID, str]] = set()
    with_them: dict[UUID, list[Fields]] = {}
    for listing in listings:
        course, fields, extras = courses.get(one_line(listing.course)), run_fields(listing), extra_fields(listing)
        if isinstance(fields, Refusal):
            answers.append(fields)
        elif isinstance(extras, Refusal):
            answers.append(extras)
        elif course is None:
            answers.append(errors.RunOfUnknownCourse(course=listing.course))
        elif (key := (course.pk, fields["identifier"])) in seen:
            answers.append(errors.RunTwice(identifier=fields["identifier"]))
        else:
            seen.add(key)
            fields["venue"] = venues.get(venue_fields(listing.venue)) if listing.venue else None
            run, told = CourseRun(course=course, **fields), fields | ({"extras": extras} if extras else {})
            answers.append(published := _published(known.get(key), run, told, doubts(listing)))
            with_them[published.row.pk] = extras
    _write(CourseRun, answers, unique_fields=["course", "identifier"])
    outcomes = {answer.row.pk: answer.outcome for answer in answers if isinstance(answer, Published)}
    put_extras(
        {run: extras for run, extras in with_them.items() if outcomes[run] != Outcome.UNCHANGED},
        new={run for run, outcome in outcomes.items() if outcome == Outcome.CREATED},
    )
    return answers


def put_extras(wanted: Mapping[UUID, Sequence[Fields]], *, new: Collection[UUID]) -> None:
    """Write what can be had with these runs, and withdraw what no longer can. The catalogue is locked by the caller.

    Three queries, and none where they are all `new` and nothing comes with any.
    """
    if not any(wanted.values()) and wanted.keys() <= set(new):
        return
    moment = now()
    known = {
        (extra.run_id, extra.earmark, extra.title): extra.pk for extra in RunExtra.objects.filter(run__in=wanted.keys())
    }
    rows = [
        RunExtra(run_id=run, published_at=moment, **fields) for run, several in wanted.items() for fields in several
    ]
    for row in rows:
        row.pk = known.pop((row.run_id, row.earmark, row.title), row.pk)
    RunExtra.objects.filter(pk__in=known.values(), withdrawn_at=None).update(withdrawn_at=moment)
    RunExtra.objects.bulk_create(
        rows,
        update_conflicts=True,
        unique_fields=["run", "earmark", "title"],
        update_fields=["price_minor", "published_at", "withdrawn_at"],
    )


def withdraw_missing(
    provider: Provider, courses: Collection[str], runs: Collection[tuple[str, str]]
) -> list[Course | CourseRun]:
    """Withdraw whatever of the provider's catalogue is not among these course identifiers and (course, run) pairs.

    A withdrawn course takes its runs with it. Vouchers already issued are not touched. The catalogue is locked by
    the caller.
    """
    mine = Course.objects.filter(provider=provider, withdrawn_at=None).defer(*BULKY)
    gone_courses = [course for course in mine if course.identifier not in courses]
    running = CourseRun.objects.filter(course__provider=provider, withdrawn_at=None).select_related("course")
    gone_runs = [
        run
        for run in running.defer(*(f"course__{field}" for field in BULKY))
        if run.course.identifier not in courses or (run.course.identifier, run.identifier) not in runs
    ]
    moment = now()
    Course.objects.filter(pk__in=[course.pk for course in gone_courses]).update(withdrawn_at=moment)
    CourseRun.objects.filter(pk__in=[run.pk for run in gone_runs]).update(withdrawn_at=moment)
    return [*gone_courses, *gone_runs]


def _published(before: Row | None, row: Row, fields: dict[str, object], doubt: Refusal | None = None) -> Published[Row]:
    """The row as it is when nothing changed, else the new one under the old id."""
    row.content_hash = _fingerprint(fields)
    if before is None:
        return Published(row, Outcome.CREATED, doubt)
    if before.content_hash == row.content_hash and before.withdrawn_at is None:
        return Published(before, Outcome.UNCHANGED, doubt)
    row.pk = before.pk
    if isinstance(row, Course) and isinstance(before, Course):
        for name in Course.NOT_THE_PROVIDERS:
            setattr(row, name, getattr(before, name))
    return Published(row, Outcome.CHANGED, doubt)


def _fingerprint(fields: dict[str, object]) -> str:
    told = {name: value.pk if isinstance(value, Venue) else value for name, value in sorted(fields.items())}
    return hashlib.sha256(repr(told).encode()).hexdigest()


def _write(model: type[Row], answers: Sequence[Published[Row] | Refusal], unique_fields: list[str]) -> None:
    published = [answer for answer in answers if isinstance(answer, Published)]
    rows = [each.row for each in published if each.outcome != Outcome.UNCHANGED]
    moment = now()
    for row in rows:
        row.published_at = moment
    kept = {"id", *Course.NOT_THE_PROVIDERS, *unique_fields}
    fields = [field.name for field in model._meta.concrete_fields if field.name not in kept and not field.generated]
    model.objects.bulk_create(rows, update_conflicts=True, unique_fields=unique_fields, update_fields=fields)


def _venues(provider: Provider, listings: Collection[VenueListing]) -> dict[tuple[str, str, str, str], Venue]:
    known = {
        (venue.name, venue.street, venue.town, venue.postcode): venue
        for venue in (Venue.objects.filter(provider=provider) if listings else ())
    }
    told = ((venue_fields(listing), venue_position(listing)) for listing in listings)
    # In order, so that of two positions for one address it is always the same that counts.
    positions = dict(sorted((key, position) for key, position in told if position is not None))
    wanted = {venue_fields(listing) for listing in listings} - known.keys() - {("", "", "", "")}
    moved = []
    for key, position in positions.items():
        if (venue := known.get(key)) and (venue.latitude, venue.longitude) != position:
            venue.latitude, venue.longitude = position
            moved.append(venue)
    write_back(moved, "latitude", "longitude")
    for key in sorted(wanted):
        name, street, town, postcode = key
        latitude, longitude = positions.get(key, (None, None))
        known[key] = Venue(
            provider=provider,
            name=name,
            street=street,
            town=town,
            postcode=postcode,
            latitude=latitude,
            longitude=longitude,
        )
    Venue.objects.bulk_create(known[key] for key in sorted(wanted))
    return known


def record_published(
    provider: Provider,
    answers: Sequence[Published[Course] | Published[CourseRun] | Refusal],
    actor: Actor,
    courses: int = 0,
    runs: int = 0,
) -> None:
    """Write down that a batch of so many courses or runs was published, and what became of them."""
    tally = Counter(answer.outcome if isinstance(answer, Published) else Outcome.REFUSED for answer in answers)
    counts = {outcome.value: tally[outcome] for outcome in Outcome}
    record(events.CATALOGUE_PUBLISHED.by(actor, subject=provider.subject, courses=courses, runs=runs, **counts))
