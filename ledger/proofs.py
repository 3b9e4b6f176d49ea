"""Proofs: that a row is in the log, and that the log begins with what it was. How to check them: `docs/verify.md`."""

from __future__ import annotations

import base64
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from config.refusals import Refusal
from ledger import leaves, merkle, sealing
from ledger.models import Leaf, Seal, Transfer


class NotSealedYet(Refusal):
    code = "not_sealed_yet"
    status = 404
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
    index: int
    data: str
    path: list[bytes]

    def as_json(self) -> dict[str, Any]:
        return {
            "table": self.table,
            "leaf_index": self.index,
            "leaf": self.data,
            "inclusion_proof": [base64.b64encode(step).decode() for step in self.path],
        }


@dataclass(frozen=True, slots=True)
class Receipt:
    """A transfer and the event that explains it, each with its proof under one signed checkpoint."""

    transfer: Proven
    event: Proven
    checkpoint: str
    keys: list[str]

    def as_json(self) -> dict[str, Any]:
        return {
            "checkpoint": self.checkpoint,
            "keys": self.keys,
            "transfer": self.transfer.as_json(),
            "event": self.event.as_json(),
        }


def receipt(transfer: UUID) -> Receipt:
    """The receipt of a transfer that exists, under the newest checkpoint of its era. Raises NotSealedYet."""
    event = Transfer.objects.values_list("event_id", flat=True).get(pk=transfer)
    found = {leaf.row: leaf for leaf in Leaf.objects.filter(row__in=[transfer, event])}
    if len(found) < 2:
        raise NotSealedYet()
    checkpoint = sealing.newest(found[transfer].era)
    assert checkpoint is not None  # a leaf is written with its seal
    return Receipt(
        _prove(found[transfer], checkpoint.size),
        _prove(found[event], checkpoint.size),
        checkpoint.note,
        [str(key) for key in sealing.known_keys()],
    )


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


def _prove(leaf: Leaf, size: int) -> Proven:
    row = leaves.one(leaf.table, leaf.row)
    assert row is not None  # nothing that was sealed is ever deleted
    path = merkle.hashes(merkle.inclusion(leaf.index, size), lambda places: sealing.stored(leaf.era, places))
    return Proven(leaf.table, leaf.index, leaves.data(row, bytes(leaf.nonce)).decode(), path)
