"""Fetching: what an address of a feed has now, and whether it is something new.

A check is in three steps, so that nothing is held while a stranger's server is waited for: `claim` says ahead, and
commits, when the next check is; `fetch` asks; `settle` writes what came of it, and imports what is new. A worker that
is killed after the first step loses nothing: its lease runs out and the check is made again. One that is merely slow
doubles nothing: its answer counts only while its claim is the latest.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from config.outbound import Answer, CannotReach, send
from ledger import Actor, now, record
from providers import errors, events
from providers.feeds.formats import MOST_BYTES, Format, detect
from providers.models import FeedSource, Provider
from providers.sending import send as send_feed

SECONDS = 60
# Longer than a fetch can take, and what settling takes after it.
LEASE = timedelta(minutes=5)
FIRST_RETRY, LONGEST_RETRY = timedelta(minutes=15), timedelta(hours=24)
# With the pauses between them, a little over three days.
MOST_FAILURES = 10

Outcome = FeedSource.Outcome


@dataclass(frozen=True, slots=True)
class Claim:
    """A check that is ours to make, until somebody else claims it or the source is changed."""

    source_id: UUID
    url: str
    etag: str
    last_modified: str
    until: datetime


@dataclass(frozen=True, slots=True)
class Found:
    """What an address answered: content, or that it is as before, or in `failure` what went wrong, in words.

    `status` is the HTTP status, 0 where there was none.
    """

    status: int = 0
    content: bytes | None = None
    etag: str = ""
    last_modified: str = ""
    failure: str = ""


def check(source_id: UUID) -> FeedSource | None:
    """Check one source if it is due and nobody else does; None where there was nothing to do.

    Not to be called within a transaction: it commits its claim before it asks.
    """
    claimed = claim(source_id)
    return None if claimed is None else settle(claimed, fetch(claimed))


def claim(source_id: UUID) -> Claim | None:
    """Take a due source for ourselves, for as long as `LEASE`. None: not due, gone, or being claimed just now."""
    with transaction.atomic():
        moment = now()
        due = FeedSource.objects.due(moment).select_for_update(skip_locked=True, of=("self",))
        source = due.filter(pk=source_id).first()
        if source is None:
            return None
        source.next_check_at = moment + LEASE
        source.save(update_fields=["next_check_at"])
    return Claim(source.pk, source.url, source.etag, source.last_modified, source.next_check_at)


def fetch(claimed: Claim) -> Found:
    """Ask the address for what it has, unless it is as it was. Touches no database, and never raises."""
    headers = {"Accept-Encoding": "gzip", "User-Agent": "Waymark feed reader"}
    if claimed.etag:
        headers["If-None-Match"] = claimed.etag
    if claimed.last_modified:
        headers["If-Modified-Since"] = claimed.last_modified
    try:
        answer = send("GET", claimed.url, headers=headers, seconds=SECONDS, most_bytes=MOST_BYTES)
    except CannotReach as error:
        return Found(failure=str(error))
    if answer.status == 304 and (claimed.etag or claimed.last_modified):
        return Found(304, etag=claimed.etag, last_modified=claimed.last_modified)
    if answer.status != 200:
        return Found(answer.status, failure=_refused(answer))
    if not answer.body.strip():
        return Found(200, failure=_("The answer was empty."))
    return Found(200, answer.body, *(_validator(answer, name) for name in ("etag", "last-modified")))


def settle(claimed: Claim, found: Found) -> FeedSource | None:
    """Write down what came of a check, and have a new feed imported. None: the claim is no longer ours.

    Locks the provider where a feed is sent, then the source.
    """
    with transaction.atomic():
        # The provider before the source, as everywhere; the source's own row tells whether the claim still holds.
        provider = (
            Provider.objects.select_for_update(no_key=True, of=("self",)).filter(feed_sources=claimed.source_id).first()
        )
        ours = FeedSource.objects.select_for_update().filter(
            pk=claimed.source_id, next_check_at=claimed.until, state=FeedSource.State.ON
        )
        source = ours.first()
        if provider is None or source is None:
            return None
        source.provider = provider
        source.last_checked_at = now()
        actor = Actor("system:feed_sources", acting_for=provider.subject)
        if found.failure:
            _fail(source, found.failure, found.status, actor)
        elif found.content is None or hashlib.sha256(found.content).hexdigest() == source.sha256:
            _succeed(source, found, Outcome.UNCHANGED, _("Nothing has changed since the last report."))
        else:
            _bring(source, found, found.content, actor)
        source.save()
    return source


def _bring(source: FeedSource, found: Found, content: bytes, actor: Actor) -> None:
    try:
        format = Format(source.format) if source.format else detect(content)
        feed = send_feed(source.provider, content, name=source.url, actor=actor, format=format, whole=source.whole)
    except (errors.FeedRefusal, errors.ProviderMayNotPublish) as refusal:
        _fail(source, str(refusal), found.status, actor)
        return
    source.last_import, source.sha256 = feed, feed.sha256
    _succeed(source, found, Outcome.BROUGHT, _("A new feed was fetched; its report tells what came of it."))
    facts = {"provider": source.provider_id, "feed": feed.pk, "sha256": feed.sha256}
    record(events.FEED_SOURCE_BROUGHT.by(actor, subject=source.subject, **facts))


def _succeed(source: FeedSource, found: Found, outcome: Outcome, answer: str) -> None:
    source.outcome, source.answer, source.failures = outcome, answer, 0
    source.etag, source.last_modified = found.etag, found.last_modified
    source.next_check_at = _checked_at(source) + timedelta(hours=source.every_hours)


def _fail(source: FeedSource, answer: str, status: int, actor: Actor) -> None:
    source.failures += 1
    source.outcome, source.answer = Outcome.FAILED, answer
    source.next_check_at = _checked_at(source) + retry_after(source.failures)
    facts = {"provider": source.provider_id, "failures": source.failures}
    record(events.FEED_SOURCE_FAILED.by(actor, subject=source.subject, status=status, **facts))
    if source.failures >= MOST_FAILURES:
        source.state, source.given_up_at = FeedSource.State.PAUSED, source.last_checked_at
        record(events.FEED_SOURCE_GIVEN_UP.by(actor, subject=source.subject, **facts))


def retry_after(failures: int) -> timedelta:
    """How long to leave an address alone after so many failures in a row: a quarter of an hour, doubled each time, and
    never longer than a day."""
    return min(FIRST_RETRY * float(2 ** (failures - 1)), LONGEST_RETRY)


def _checked_at(source: FeedSource) -> datetime:
    if source.last_checked_at is None:
        raise ValueError("a source that is settled has been checked")
    return source.last_checked_at


def _refused(answer: Answer) -> str:
    match answer.status:
        case status if 300 <= status < 400 and answer.headers.get("location"):
            where = "".join(letter for letter in answer.headers["location"][:300] if letter.isprintable())
            return _(
                "The address leads on to {where}, and we do not follow. If that is your feed, put it in the place of "
                "this address."
            ).format(where=where)
        case 401 | 403:
            return _("The server does not let us in (it answered {status}).").format(status=answer.status)
        case 404 | 410:
            return _("There is nothing at this address (the server answered {status}).").format(status=answer.status)
        case 429:
            return _("The server says that we ask too often (it answered 429).")
        case status if status >= 500:
            return _("The server has a fault of its own (it answered {status}).").format(status=status)
        case status:
            return _("The server answered {status}, which is no feed.").format(status=status)


def _validator(answer: Answer, name: str) -> str:
    """What can be sent back as it came; what is too long or odd is not, and the content is compared instead."""
    value = answer.headers.get(name, "")
    longest = {"etag": 500, "last-modified": 100}[name]
    return value if len(value) <= longest and value.isascii() and value.isprintable() else ""
