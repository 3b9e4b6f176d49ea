"""What happened: each kind declares its fields once, and carries ids, codes, amounts and dates only."""

from __future__ import annotations

import datetime as dt
import json
import re
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Any, Self
from uuid import UUID

from django.db import connection

from config.ids import uuid7
from ledger.errors import in_words

_CODE = re.compile(r"[A-Za-z0-9_.:/+-]{0,80}")
_request_id: ContextVar[str] = ContextVar("request_id", default="")


@dataclass(frozen=True, slots=True)
class Actor:
    """Who did it: a person's opaque id, an API key, or a task; for which organisation, and on whose behalf."""

    id: str
    acting_for: str = ""
    on_behalf_of: str = ""
    request_id: str = ""

    @classmethod
    def system(cls, task: str) -> Self:
        return cls(id=f"system:{task}")

    @classmethod
    def user(cls, user: UUID, *, acting_for: str = "", on_behalf_of: str = "", request_id: str = "") -> Self:
        return cls(f"user:{user}", acting_for, on_behalf_of, request_id)


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happened, not yet written down. Made by `EventKind.by`."""

    kind: str
    subject: str
    actor: Actor
    data: dict[str, Any] = field(default_factory=dict)
    id: UUID = field(default_factory=uuid7)


class EventKind:
    """A kind of event and the fields it carries, declared once in its room's `events.py`."""

    every: dict[str, EventKind] = {}

    def __init__(self, name: str, *, fields: Iterable[str]) -> None:
        if name in self.every:
            raise TypeError(f"the event {name} is declared already")
        self.name = name
        self.fields = frozenset(fields)
        self.every[name] = self

    def by(self, actor: Actor, subject: str, **data: Any) -> Event:
        """The event, ready to be recorded or to travel with a transfer.

        Raises ValueError when the fields are not exactly the declared ones, or a value is free text: an event
        can never be erased, so words about a person live elsewhere.
        """
        if data.keys() != self.fields:
            raise ValueError(f"{self.name} carries {sorted(self.fields)}, not {sorted(data)}")
        return Event(self.name, subject, actor, {name: _plain(name, value) for name, value in data.items()})


def record(*events: Event) -> None:
    """Write down what happened, in the transaction of the change itself. One query, none for no events."""
    if events:
        with connection.cursor() as cursor, in_words():
            cursor.execute("SELECT ledger_record(%s::jsonb)", [to_json(events)])


@contextmanager
def within_request(request_id: str) -> Iterator[None]:
    """Note the request on every event that the block makes."""
    token = _request_id.set(request_id)
    try:
        yield
    finally:
        _request_id.reset(token)


def to_json(events: Iterable[Event], alone: frozenset[UUID] = frozenset()) -> str:
    """The events as the database's functions take them; `alone` are those that no transfer carries."""
    return json.dumps(
        [
            {
                "id": str(event.id),
                "kind": event.kind,
                "subject": event.subject,
                "actor": event.actor.id,
                "acting_for": event.actor.acting_for,
                "on_behalf_of": event.actor.on_behalf_of,
                "request_id": event.actor.request_id or _request_id.get(),
                "data": event.data,
                "alone": event.id in alone,
            }
            for event in events
        ]
    )


def _plain(name: str, value: Any) -> Any:
    if value is None or isinstance(value, bool | int):
        return value
    if isinstance(value, UUID):
        return str(value)
    if isinstance(value, dt.date):
        return value.isoformat()
    if isinstance(value, str) and _CODE.fullmatch(value):
        return str(value)
    if isinstance(value, list | tuple):
        return [_plain(name, item) for item in value]
    raise ValueError(f"{name} is not an id, code, amount or date: {value!r}")
