"""Proofs: that a row is in the log, and that the log begins with what it was. How to check them: `docs/verify.md`."""

from __future__ import annotations

import base64
from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from config.refusals import Refusal
from ledger import leaves, merkle, sealing
from ledger.models import Event, Leaf, Seal, Transfer


class NotSealedYet(Refusal):
    code = "not_sealed_yet"
    status = 409
    says = _("This is in the ledger, but not in its sealed log yet.")
    do = _("It is sealed within minutes. Try again then.")


class NoSuchCheckpoint(Refusal):
    code = "no_such_checkpoint"
    status = 404
    says = _("The log has no checkpoint of this size.")
    do = _("Take the sizes from the list of checkpoints.")


@dataclass(frozen=True, slots=True)
class Proven:
    """A row's leaf and the proof that it is in the log: `data` is the leaf's bytes as text, `path` its hashes."""

    table: str
    id: UUID
    index: int
    data: str
    path: list[bytes]

    def as_json(self) -> dict[str, Any]:
        return {
            "table": self.table,
            "id": str(self.id),
            "leaf_index": self.index,
            "leaf": self.data,
            "inclusion_proof": in_base64(self.path),
        }


@dataclass(frozen=True, slots=True)
class Receipt:
    """Transfers and events, each with the proof that it is in the log of its era as `checkpoint` signs it.

    `logs` are (checkpoint, what is proven under it), `keys` all that have signed for the log, `not_sealed_yet` those
    of the ids asked for that are no leaves yet.
    """

    keys: list[str]
    logs: list[tuple[str, list[Proven]]]
    not_sealed_yet: list[UUID]

    def as_json(self) -> dict[str, Any]:
        return {
            "keys": self.keys,
            "logs": [
                {"checkpoint": checkpoint, "rows": [row.as_json() for row in rows]} for checkpoint, rows in self.logs
            ],
            "not_sealed_yet": [str(pk) for pk in self.not_sealed_yet],
        }


def receipt(transfers: Collection[UUID], events: Collection[UUID] = ()) -> Receipt:
    """The receipt of transfers that exist, of the events that explain them, and of further events, under the newest
    checkpoint of each era. As many queries however many rows it has. Raises NotSealedYet if none of them is sealed.
    """
    explaining = Transfer.objects.filter(pk__in=transfers).values_list("event_id", flat=True)
    wanted = {*transfers, *explaining, *events}
    found = Leaf.objects.filter(row__in=wanted).order_by("era", "index")
    if not found:
        raise NotSealedYet()
    rows = leaves.some([leaf.row for leaf in found])
    by_era: dict[int, list[Leaf]] = defaultdict(list)
    for leaf in found:
        by_era[leaf.era].append(leaf)
    return Receipt(
        [str(key) for key in sealing.known_keys()],
        [_prove(era, sealed, rows) for era, sealed in by_era.items()],
        sorted(wanted - rows.keys()),
    )


def receipt_about(account: UUID, subject: str) -> Receipt:
    """The receipt of everything that ever moved on an account, and of every event about a subject. As `receipt`."""
    moved = Transfer.objects.filter(Q(debit=account) | Q(credit=account))
    happened = Event.objects.filter(subject=subject)
    return receipt(list(moved.values_list("pk", flat=True)), list(happened.values_list("pk", flat=True)))


def places(rows: Collection[UUID]) -> dict[UUID, int]:
    """The place in its era's log of each transfer or event that is sealed. One query."""
    return dict(Leaf.objects.filter(row__in=rows).values_list("row", "index"))


def consistency(era: int, first: int, second: int) -> list[bytes]:
    """The proof that the checkpoint of `second` leaves only adds to that of `first`. Raises NoSuchCheckpoint."""
    sizes = set(Seal.objects.filter(era=era, size__in=[first, second]).values_list("size", flat=True))
    if first > second or sizes != {first, second}:
        raise NoSuchCheckpoint()
    return merkle.hashes(merkle.consistency(first, second), lambda places: sealing.stored(era, places))


def checkpoint(era: int, size: int | None = None) -> Seal:
    """The checkpoint of this size, or the newest. Raises NoSuchCheckpoint."""
    found = sealing.newest(era) if size is None else Seal.objects.filter(era=era, size=size).first()
    if found is None:
        raise NoSuchCheckpoint()
    return found


def in_base64(hashes: Collection[bytes]) -> list[str]:
    return [base64.b64encode(hashed).decode() for hashed in hashes]


def _prove(era: int, sealed: list[Leaf], rows: dict[UUID, leaves.Row]) -> tuple[str, list[Proven]]:
    newest = sealing.newest(era)
    assert newest is not None  # a leaf is written with its seal
    paths = [merkle.inclusion(leaf.index, newest.size) for leaf in sealed]
    needed = {subtree for path in paths for subtree in path}
    order = sorted(needed)
    hashed = dict(zip(order, merkle.hashes(order, lambda places: sealing.stored(era, places)), strict=True))
    proven = [
        Proven(
            leaf.table,
            leaf.row,
            leaf.index,
            leaves.data(rows[leaf.row], bytes(leaf.nonce)).decode(),
            [hashed[subtree] for subtree in path],
        )
        for leaf, path in zip(sealed, paths, strict=True)
    ]
    return newest.note, proven
