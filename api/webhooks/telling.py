"""Telling: an event as its provider reads it, the same in the feed and in a webhook."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from accounts.models import Scheme
from api.showing import moment
from api.webhooks.kinds import TOLD
from ledger.models import Event
from providers.models import Course
from vouchers.models import Voucher

Shown = dict[str, Any]


def shown(events: Sequence[Event]) -> list[Shown]:
    """The events in their order, by what the API calls things: three queries at most, however many they are."""
    codes = dict(Voucher.objects.filter(pk__in=_named("voucher", events)).values_list("pk", "code"))
    slugs = dict(Scheme.objects.filter(pk__in=_ids("scheme", events)).values_list("pk", "slug"))
    courses = _named("course", events) | _ids("course", events)
    identifiers = dict(Course.objects.filter(pk__in=courses).values_list("pk", "identifier")) if courses else {}
    return [
        {
            "id": str(event.id),
            "kind": event.kind,
            "occurred_at": moment(event.created_at),
            "data": _about(event, codes, slugs, identifiers)
            | {name: event.data[name] for name in TOLD[event.kind].fields if name in event.data},
        }
        for event in events
    ]


def subject_of(event: Event) -> tuple[str, UUID | None]:
    """What an event is about: the sort of thing, and its id."""
    sort, _, pk = event.subject.partition(":")
    try:
        return sort, UUID(pk)
    except ValueError:
        return sort, None


def _about(event: Event, codes: dict[UUID, str], slugs: dict[UUID, str], identifiers: dict[UUID, str]) -> Shown:
    sort, pk = subject_of(event)
    found: Shown = {}
    if sort == "voucher" and pk in codes:
        found["voucher"] = codes[pk]
    if sort in ("feed", "payout"):
        found[sort] = str(pk)
    if scheme := event.data.get("scheme"):
        found["scheme"] = slugs.get(UUID(scheme))
    course = pk if sort == "course" else UUID(event.data["course"]) if event.data.get("course") else None
    if course is not None:
        found["course"] = identifiers.get(course)
    return found


def _named(sort: str, events: Sequence[Event]) -> set[UUID]:
    subjects = (subject_of(event) for event in events)
    return {pk for of, pk in subjects if of == sort and pk is not None}


def _ids(field: str, events: Sequence[Event]) -> set[UUID]:
    return {UUID(event.data[field]) for event in events if event.data.get(field)}
