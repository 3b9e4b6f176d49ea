"""What is kept about a learner: told to them as a file, forgotten when they leave. Each room says it in `personal.py`.

A table of ours that says something of learners and is in no room's list fails a test.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import Enum
from functools import partial
from typing import Any
from uuid import UUID

from django.apps import apps
from django.contrib.postgres.fields import ArrayField
from django.db import models, transaction
from django.db.models import Field, FileField, JSONField, Model
from django.db.models.fields.files import FieldFile

# What stands where somebody's words were, in a table in which there have to be some.
ERASED = "[erased]"


class Until(Enum):
    """How long what is personal in a row is needed."""

    LEAVING = "leaving"  # by nobody once the learner has left
    ERASURE = "erasure"  # by whoever audits what was paid for them


@dataclass(frozen=True, slots=True)
class Kept:
    """One table that says something of learners.

    `learner` leads from a row to its learner, as in a query; "pk" is the table of learners itself. `shows` are further
    columns, of what a row leads to, that make the file readable; `hides` those that are told to nobody.
    What is personal in a row, the fields `words` or with `row` all of it, is kept `until`, and then erased.
    A table with neither has ids, codes, amounts and dates alone. `sign_in` is how they sign in.
    """

    table: str
    learner: str
    shows: tuple[str, ...] = ()
    hides: tuple[str, ...] = ()
    words: tuple[str, ...] = ()
    row: bool = False
    until: Until = Until.LEAVING
    sign_in: bool = False

    @property
    def model(self) -> type[Model]:
        return apps.get_model(self.table)

    def rows(self, learner: UUID) -> models.QuerySet[Model]:
        return self.model._default_manager.filter(**{self.learner: learner}).order_by("pk")


_kept: dict[str, Kept] = {}


def keeps(*tables: Kept) -> None:
    """A room says what it keeps. For its `personal.py`, which is read when everything has started."""
    _kept.update({each.table: each for each in tables})


def kept() -> Sequence[Kept]:
    """What all rooms keep, the lowest first, and in each what others lead to first."""
    return list(_kept.values())


def everything(learner: UUID) -> dict[str, list[dict[str, Any]]]:
    """Every row about the learner, by table; files by where they are stored. As many queries as there are tables."""
    return {each.table: _told(each, learner) for each in kept()}


def files(learner: UUID) -> Iterator[FieldFile]:
    """The files that are kept about the learner."""
    for each in kept():
        yield from _files(each, learner)


def forget(learner: UUID, until: Until, *, sign_in: bool = True) -> None:
    """Erase what is needed no longer than that. For whoever has locked the learner; can run twice.

    Without `sign_in`, not how they sign in: whoever is more here than a learner still does. Files go with their rows,
    once the transaction commits.
    """
    for each in reversed(kept()):
        if each.until is not until or (each.sign_in and not sign_in):
            continue
        if each.row:
            for file in _files(each, learner):
                transaction.on_commit(partial(file.storage.delete, str(file.name)))
            each.rows(learner).delete()
        elif each.words:
            each.rows(learner).update(**{name: _nothing(each.model, name) for name in each.words})


def _files(each: Kept, learner: UUID) -> Iterator[FieldFile]:
    names = [field.name for field in each.model._meta.concrete_fields if isinstance(field, FileField)]
    for row in each.rows(learner) if names else ():
        yield from (file for file in (getattr(row, name) for name in names) if file)


def _told(each: Kept, learner: UUID) -> list[dict[str, Any]]:
    own = [field.attname for field in each.model._meta.concrete_fields if field.name not in each.hides]
    return list(each.rows(learner).values(*own, *each.shows))


def _nothing(model: type[Model], name: str) -> Any:
    """What a field has that says nothing."""
    field: Field[Any, Any] = model._meta.get_field(name)  # type: ignore[assignment]
    if field.null:
        return None
    if isinstance(field, ArrayField):
        return []
    if isinstance(field, JSONField):
        return {}
    return "" if field.blank else ERASED
