"""Importing: a feed becomes providers, courses and runs, with a report of every line; the same feed again, nothing."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from typing import BinaryIO, TypeVar
from uuid import UUID

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from config.refusals import Refusal, only
from ledger import Actor, now, record
from providers import errors, events
from providers.catalogue import Outcome, Published, lock_catalogue, put_courses, put_runs, withdraw_missing
from providers.feeds.dates import years_later
from providers.feeds.doubles import doubles
from providers.feeds.formats import Format, check_size, detect, read, read_bounded
from providers.feeds.reading import Feed, Kind, Problem, ProviderListing
from providers.listings import CourseListing, RunListing
from providers.models import Course, CourseRun, FeedBody, FeedImport, FeedLine, Provider
from providers.registering import Application, register

Listing = TypeVar("Listing", CourseListing, RunListing)


def import_feed(
    stream: BinaryIO,
    *,
    source_name: str,
    actor: Actor,
    provider: Provider | None = None,
    shift_years: int = 0,
    format: Format | None = None,
    whole: bool = False,
) -> FeedImport:
    """Import a feed at once: all of it that can be taken, in one transaction.

    Providers that are not known yet are registered as having applied; what a known provider's feed says of the
    provider itself is not taken over. Courses and runs that the feed no longer has are withdrawn. What is refused
    is reported in the import's lines with its place and reason, and leaves what it was to replace as it is.
    With `provider`, the feed must be of that provider alone. `shift_years` moves every date of the runs by whole
    years: for demonstrations, whose feeds are old. Without a `format`, the feed shows which it is. A feed that is
    to be taken `whole` and of which some lines are refused changes nothing: the import that is returned is marked
    refused and has those lines.

    Raises a FeedRefusal, ProviderWasRemoved or ProviderKnownAlready, and then nothing at all has changed.
    Locks each provider of the feed while its catalogue is written.
    """
    content = read_bounded(stream)
    format = format or detect(content)
    feed = read(content, format)
    with transaction.atomic():
        feed_import = _begin(source_name, actor, provider, shift_years, format, whole)
        _take(feed_import, feed, actor)
    return feed_import


def receive(
    content: bytes,
    *,
    source_name: str,
    actor: Actor,
    provider: Provider | None = None,
    shift_years: int = 0,
    format: Format | None = None,
    whole: bool = False,
) -> FeedImport:
    """Keep a feed and have it imported in the background once this transaction has ended.

    Raises FeedTooLarge. Arguments as with `import_feed`; how it went is told by the FeedImport that is returned.
    """
    from providers.tasks import import_received

    check_size(content)
    with transaction.atomic():
        feed_import = _begin(source_name, actor, provider, shift_years, format, whole)
        feed_import.sha256 = hashlib.sha256(content).hexdigest()
        feed_import.save(update_fields=["sha256"])
        FeedBody.objects.create(feed_import=feed_import, content=content)
        record(events.FEED_RECEIVED.by(actor, subject=f"feed:{feed_import.id}", sha256=feed_import.sha256))
        transaction.on_commit(partial(import_received.delay, str(feed_import.id)))
    return feed_import


def carry_out(feed_import_id: UUID) -> FeedImport:
    """Import a feed that was received. One that has been imported or refused already is left as it is.

    A feed that cannot be taken is marked refused, with the reason. Locks the import, then as `import_feed`.
    """
    with transaction.atomic():
        feed_import = FeedImport.objects.select_for_update(no_key=True, of=("self",)).get(pk=feed_import_id)
        if feed_import.state != FeedImport.State.RECEIVED:
            return feed_import
        actor = Actor(feed_import.asked_by, feed_import.acting_for, feed_import.on_behalf_of)
        body = FeedBody.objects.get(feed_import=feed_import)
        try:
            with transaction.atomic():
                content = bytes(body.content)
                feed_import.format = feed_import.format or detect(content)
                _take(feed_import, read(content, Format(feed_import.format)), actor)
        except Refusal as refusal:
            feed_import.refresh_from_db()
            _refuse(feed_import, refusal, actor)
        body.delete()
    return feed_import


def _begin(
    source_name: str,
    actor: Actor,
    provider: Provider | None,
    shift_years: int,
    format: Format | None,
    whole: bool,
) -> FeedImport:
    return FeedImport.objects.create(
        provider=provider,
        format=format or "",
        whole=whole,
        source_name=source_name[:300],
        shift_years=shift_years,
        asked_by=actor.id,
        acting_for=actor.acting_for,
        on_behalf_of=actor.on_behalf_of,
        started_at=now(),
    )


def _take(feed_import: FeedImport, feed: Feed, actor: Actor) -> None:
    with transaction.atomic():
        lines = [_refused_line(feed_import, problem) for problem in feed.problems]
        taken = _whose(feed, feed_import.provider, actor)
        for provider, listing, outcome in taken:
            lines += _take_provider(feed_import, provider, listing, outcome)
        refused = [line for line in lines if line.outcome == Outcome.REFUSED]
        if to_be_left := bool(feed_import.whole and refused):
            transaction.set_rollback(True)
    if to_be_left:
        feed_import.refused = len(refused)
        FeedLine.objects.bulk_create(refused)
        _refuse(feed_import, errors.FeedNotWhole(refused=len(refused), lines=len(lines)), actor)
        return
    FeedLine.objects.bulk_create(lines)
    tally = Counter(line.outcome for line in lines)
    counts = {outcome.value: tally[outcome.value] for outcome in Outcome}
    for name, count in counts.items():
        setattr(feed_import, name, count)
    if len(taken) == 1:
        feed_import.provider = taken[0][0]
    feed_import.state, feed_import.finished_at = FeedImport.State.IMPORTED, now()
    feed_import.save()
    record(
        events.FEED_IMPORTED.by(
            actor,
            subject=f"feed:{feed_import.id}",
            providers=[provider.id for provider, _listing, _outcome in taken],
            shift_years=feed_import.shift_years,
            **counts,
        )
    )


def _refuse(feed_import: FeedImport, refusal: Refusal, actor: Actor) -> None:
    feed_import.state, feed_import.finished_at = FeedImport.State.REFUSED, now()
    feed_import.refusal_code, feed_import.refusal = refusal.code, str(refusal)
    feed_import.save()
    record(events.FEED_REFUSED.by(actor, subject=f"feed:{feed_import.id}", refusal=refusal.code))


def _whose(feed: Feed, sender: Provider | None, actor: Actor) -> list[tuple[Provider, ProviderListing, Outcome]]:
    """Whom each part of the feed belongs to; those not known yet are registered, and one named twice is one."""
    if sender is not None:
        if feed.problems or len(feed.providers) != 1 or not _is_of(feed.providers[0], sender):
            raise errors.FeedOfAnotherProvider(provider=sender.name)
        return [(lock_catalogue(sender), feed.providers[0], Outcome.UNCHANGED)]
    if any(listing.is_the_senders for listing in feed.providers):
        raise errors.FeedWithoutProvider()
    known = _known(feed.providers)
    whose: dict[UUID, tuple[Provider, ProviderListing, Outcome]] = {}
    for listing in feed.providers:
        provider, outcome = known.get(listing.ukprn) or known.get(listing.identifier), Outcome.UNCHANGED
        if provider is None:
            website = listing.website
            application = Application(listing.name[:300], listing.ukprn, listing.identifier[:200], website)
            provider, outcome = only(register([application], actor=actor)), Outcome.CREATED
        known |= {number: provider for number in (listing.ukprn, listing.identifier) if number}
        if provider.id in whose:
            first = whose[provider.id][1]
            first.courses += listing.courses
            first.runs += listing.runs
            first.problems += listing.problems
        else:
            whose[provider.id] = (provider, listing, outcome)
    # In one order for everybody, so that two feeds with the same providers do not wait for each other in a ring.
    return [(lock_catalogue(whose[key][0]), *whose[key][1:]) for key in sorted(whose)]


def _known(listings: Sequence[ProviderListing]) -> dict[str, Provider]:
    ukprns, identifiers = {each.ukprn for each in listings} - {""}, {each.identifier for each in listings} - {""}
    providers = Provider.objects.filter(Q(ukprn__in=ukprns) | Q(identifier__in=identifiers))
    return {number: each for each in providers.order_by() for number in (each.identifier, each.ukprn) if number}


def _is_of(listing: ProviderListing, provider: Provider) -> bool:
    if listing.is_the_senders:
        return True
    if listing.ukprn and provider.ukprn:
        return listing.ukprn == provider.ukprn
    return not provider.identifier or listing.identifier == provider.identifier


def _take_provider(
    feed_import: FeedImport, provider: Provider, listing: ProviderListing, outcome: Outcome
) -> list[FeedLine]:
    listing.runs = [_shifted(run, feed_import.shift_years) for run in listing.runs]
    courses = put_courses(provider, listing.courses)
    runs = put_runs(provider, listing.runs)
    doubled = doubles(listing.courses, listing.runs)
    note = ""
    gone: list[Course | CourseRun] = []
    if listing.courses or any(problem.kind == Kind.COURSE for problem in listing.problems):
        gone = withdraw_missing(provider, *_mentioned(listing))
    else:
        note = _("The feed lists none of this provider's courses, so nothing was withdrawn.")
    return [
        FeedLine(
            feed_import=feed_import,
            line=listing.line,
            kind=Kind.PROVIDER,
            identifier=listing.identifier,
            outcome=outcome,
            reason=note,
        ),
        *(
            _line(feed_import, Kind.COURSE, each, answer, doubled.get(each.identifier, ""))
            for each, answer in zip(listing.courses, courses, strict=True)
        ),
        *(_line(feed_import, Kind.RUN, each, answer) for each, answer in zip(listing.runs, runs, strict=True)),
        *(_refused_line(feed_import, problem) for problem in listing.problems),
        *(_gone_line(feed_import, row) for row in gone),
    ]


def _mentioned(listing: ProviderListing) -> tuple[set[str], set[tuple[str, str]]]:
    """The courses and runs that the feed has, also those refused: a mistake in a feed withdraws nothing."""
    courses = {course.identifier for course in listing.courses}
    runs = {(run.course, run.identifier) for run in listing.runs}
    for problem in listing.problems:
        courses.add(problem.course)
        if problem.kind == Kind.RUN:
            runs.add((problem.course, problem.identifier))
    return courses, runs


def _shifted(run: RunListing, years: int) -> RunListing:
    if not years:
        return run
    return replace(
        run,
        starts_on=years_later(run.starts_on, years),
        ends_on=years_later(run.ends_on, years),
        apply_until=run.apply_until and years_later(run.apply_until, years),
    )


def _line(
    feed_import: FeedImport,
    kind: Kind,
    listing: CourseListing | RunListing,
    answer: Published[Course] | Published[CourseRun] | Refusal,
    double_of: str = "",
) -> FeedLine:
    outcome, reason = (Outcome.REFUSED, answer) if isinstance(answer, Refusal) else (answer.outcome, answer.doubt)
    if double_of and reason is None:
        reason = errors.CourseLooksDouble(other=double_of)
    return FeedLine(
        feed_import=feed_import,
        line=listing.line,
        kind=kind,
        identifier=listing.identifier[:400],
        outcome=outcome,
        reason=str(reason or ""),
    )


def _refused_line(feed_import: FeedImport, problem: Problem) -> FeedLine:
    return FeedLine(
        feed_import=feed_import,
        line=problem.line,
        kind=problem.kind,
        identifier=problem.identifier[:400],
        outcome=Outcome.REFUSED,
        reason=str(problem.refusal),
    )


def _gone_line(feed_import: FeedImport, row: Course | CourseRun) -> FeedLine:
    kind = Kind.COURSE if isinstance(row, Course) else Kind.RUN
    return FeedLine(feed_import=feed_import, kind=kind, identifier=row.identifier, outcome=Outcome.WITHDRAWN)
