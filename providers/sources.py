"""Sources: addresses of a provider's feeds, set up, changed, paused, resumed, removed, and checked on demand."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from uuid import UUID

from django.db import transaction

from config.outbound import is_fit
from config.walls import walled_by
from ledger import Actor, EventKind, now, record
from providers import errors, events
from providers.feeds.formats import Format
from providers.models import Every, FeedSource, Provider
from providers.publishing import may_publish

MOST_SOURCES = 10
BETWEEN_CHECKS = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a provider wants fetched: from where, how often, in which format (None: as it shows), whole or in part."""

    url: str
    every_hours: int = Every.DAY
    format: Format | None = None
    whole: bool = False


def add(provider: Provider, wanted: Wanted, *, actor: Actor) -> FeedSource:
    """Fetch the provider's feed from this address from now on; the first check is made at once.

    Raises FeedAddressWrong, FeedIntervalWrong, FeedSourceTwice, TooManyFeedSources, ProviderMayNotPublish. Locks the
    provider.
    """
    _check(wanted)
    with transaction.atomic():
        locked = may_publish(provider)
        if FeedSource.objects.filter(provider=locked).count() >= MOST_SOURCES:
            raise errors.TooManyFeedSources(most=MOST_SOURCES)
        moment = now()
        with _one_an_address():
            source = FeedSource.objects.create(
                provider=locked, added_at=moment, next_check_at=moment, **_fields(wanted)
            )
        facts = {"every_hours": source.every_hours, "whole": source.whole}
        record(events.FEED_SOURCE_ADDED.by(actor, subject=source.subject, provider=locked.pk, **facts))
        _check_soon(source)
    return source


def change(provider: Provider, source_id: UUID, wanted: Wanted, *, actor: Actor) -> FeedSource:
    """Fetch from another address, at other times or in another way; what differs is fetched anew at once.

    Raises as `add`, and FeedSourceNotFound. Locks the provider, then the source.
    """
    _check(wanted)
    with transaction.atomic():
        source = _hold(provider, source_id)
        before = {name: getattr(source, name) for name in ("url", "format", "whole")}
        fields = _fields(wanted)
        for name, value in fields.items():
            setattr(source, name, value)
        moved = any(before[name] != fields[name] for name in before)
        if moved:
            _forget(source)
        # Also a new interval alone counts from now on.
        source.next_check_at = now()
        with _one_an_address():
            source.save()
        facts = {"every_hours": source.every_hours, "whole": source.whole, "moved": moved}
        record(events.FEED_SOURCE_CHANGED.by(actor, subject=source.subject, provider=source.provider_id, **facts))
        if source.state == FeedSource.State.ON:
            _check_soon(source)
    return source


def pause(provider: Provider, source_id: UUID, *, actor: Actor) -> FeedSource:
    """Fetch nothing from there until it is resumed; what a check under way brings is not taken.

    Raises FeedSourceNotFound, ProviderMayNotPublish. Locks the provider, then the source.
    """

    def stop(source: FeedSource) -> None:
        source.state = FeedSource.State.PAUSED

    return _switch(provider, source_id, FeedSource.State.ON, stop, events.FEED_SOURCE_PAUSED, actor)


def resume(provider: Provider, source_id: UUID, *, actor: Actor) -> FeedSource:
    """Fetch from there again: all of it, at once. Raises and locks as `pause`."""

    def go_on(source: FeedSource) -> None:
        source.state, source.failures, source.given_up_at, source.next_check_at = FeedSource.State.ON, 0, None, now()
        _forget(source)
        _check_soon(source)

    return _switch(provider, source_id, FeedSource.State.PAUSED, go_on, events.FEED_SOURCE_RESUMED, actor)


def remove(provider: Provider, source_id: UUID, *, actor: Actor) -> None:
    """Fetch from there no more. What was imported from there stays as it is, with its reports.

    Raises and locks as `pause`.
    """
    with transaction.atomic():
        source = _hold(provider, source_id)
        record(events.FEED_SOURCE_REMOVED.by(actor, subject=source.subject, provider=source.provider_id))
        source.delete()


def check_now(provider: Provider, source_id: UUID, *, actor: Actor) -> FeedSource:
    """Check this address now and not only when it is due.

    Raises FeedSourcePaused, FeedSourceJustChecked (so that nobody's server is hammered through us), and as `pause`.
    """
    with transaction.atomic():
        source = _hold(provider, source_id)
        if source.state == FeedSource.State.PAUSED:
            raise errors.FeedSourcePaused()
        moment = now()
        if source.last_checked_at is not None and moment - source.last_checked_at < BETWEEN_CHECKS:
            raise errors.FeedSourceJustChecked()
        source.next_check_at = moment
        source.save(update_fields=["next_check_at"])
        record(events.FEED_SOURCE_ASKED.by(actor, subject=source.subject, provider=source.provider_id))
        _check_soon(source)
    return source


def source_of(provider: Provider, source_id: UUID) -> FeedSource:
    """The provider's own source. Raises FeedSourceNotFound."""
    found = FeedSource.objects.filter(provider=provider, pk=source_id).select_related("last_import").first()
    if found is None:
        raise errors.FeedSourceNotFound()
    return found


def _switch(
    provider: Provider,
    source_id: UUID,
    when: FeedSource.State,
    switched: Callable[[FeedSource], None],
    kind: EventKind,
    actor: Actor,
) -> FeedSource:
    """One that is in the other state already is left as it is."""
    with transaction.atomic():
        source = _hold(provider, source_id)
        if source.state == when:
            switched(source)
            source.save()
            record(kind.by(actor, subject=source.subject, provider=source.provider_id))
    return source


def _hold(provider: Provider, source_id: UUID) -> FeedSource:
    locked = may_publish(provider)
    found = FeedSource.objects.select_for_update().filter(provider=locked, pk=source_id).first()
    if found is None:
        raise errors.FeedSourceNotFound()
    return found


def _check(wanted: Wanted) -> None:
    if not is_fit(wanted.url):
        raise errors.FeedAddressWrong(field="url", url=wanted.url[:200])
    if wanted.every_hours not in Every.values:
        known = ", ".join(map(str, Every.values))
        raise errors.FeedIntervalWrong(field="every_hours", hours=wanted.every_hours, known=known)


def _fields(wanted: Wanted) -> dict[str, object]:
    return {
        "url": wanted.url,
        "every_hours": wanted.every_hours,
        "format": wanted.format or "",
        "whole": wanted.whole,
    }


def _one_an_address() -> AbstractContextManager[None]:
    return walled_by({"one_feed_source_an_address": errors.FeedSourceTwice(field="url")})


def _forget(source: FeedSource) -> None:
    """What a server said of its content belongs to the address and the way in which it was taken."""
    source.etag = source.last_modified = source.sha256 = ""


def _check_soon(source: FeedSource) -> None:
    from providers.tasks import check_feed_source

    transaction.on_commit(partial(check_feed_source.delay, str(source.pk)))
