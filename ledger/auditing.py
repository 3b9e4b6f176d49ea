"""Auditing the log: every leaf, root, signature and count made again from the rows, in their order, piece by piece."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple
from uuid import UUID

from django.core.files.storage import storages

from ledger import leaves, merkle, notes, sealing
from ledger.invariants import Broken
from ledger.leaves import Row
from ledger.models import Book, Leaf, Node, Seal

AT_ONCE = 10_000
Progress = Callable[[int, int], None]


class Entry(NamedTuple):
    """A leaf as the log has it; a model's instance would take a quarter of the time that verifying takes."""

    at: int
    table: str
    row: UUID
    nonce: bytes | memoryview
    hashed: bytes | memoryview


class Audit:
    """One pass over an era's log, from a checkpoint on if one is given."""

    def __init__(self, era: int, start: Seal | None, progress: Progress) -> None:
        newest = sealing.newest(era)
        self.era = era
        self.progress = progress
        self.size = start.size if start else 0
        self.end = newest.size if newest else 0
        self.after = (start.last_xid, start.last_row) if start else sealing.NOWHERE
        self.tree = sealing.tree(era, self.size)
        self.tally = sealing.Tally.of(start)
        self.keys = sealing.known_keys()
        self.seals = Seal.objects.filter(era=era, size__gt=self.size).order_by("size").iterator(chunk_size=500)
        self.due = next(self.seals, None)

    def run(self) -> Iterator[Broken]:
        """What is wrong, in the order of the log; it goes no further than the first row that does not fit."""
        while self.size < self.end:
            limit = min(AT_ONCE, self.end - self.size)
            entries = self._entries(limit)
            rows = leaves.rows(self.era, self.after, below=None, limit=limit)
            nodes = self._nodes(len(entries))
            if wrong := self._compare(entries, rows, nodes):
                yield wrong
                return
            if len(entries) < limit:
                yield Broken("leaf", f"{self.era}/{self.size}", "is missing from the log")
                return
            self.after = (rows[-1].xid, rows[-1].id)
            self.progress(self.size, self.end)
        if stray := Leaf.objects.filter(era=self.era, index__gte=self.size).order_by("index").first():
            yield Broken("leaf", f"{self.era}/{stray.index}", "is in no seal")

    def _entries(self, limit: int) -> list[Entry]:
        found = Leaf.objects.filter(era=self.era, index__gte=self.size).order_by("index")
        return [Entry(*values) for values in found.values_list("index", "table", "row", "nonce", "hash")[:limit]]

    def _compare(
        self, entries: Sequence[Entry], rows: Sequence[Row], nodes: dict[merkle.Place, bytes]
    ) -> Broken | None:
        for place, leaf in enumerate(entries):
            row = rows[place] if place < len(rows) else None
            if leaf.at != self.size:
                return Broken("leaf", f"{self.era}/{self.size}", "is missing from the log")
            if row is None or row.id != leaf.row:
                return self._misplaced(leaf, row)
            hashed = leaves.hash_of(row, bytes(leaf.nonce))
            if hashed != bytes(leaf.hashed) or leaf.table != row.table:
                return Broken(row.table, str(row.id), f"was changed after it was sealed as leaf {leaf.at}")
            for at, node in self.tree.add(hashed):
                if nodes.get(at) != node:
                    return Broken("node", f"{self.era}/{at[0]}/{at[1]}", "is not the hash of its leaves")
            self.size += 1
            self.tally.add(row)
            if self.due and self.due.size == self.size:
                if wrong := self._check_seal(self.due, row):
                    return wrong
                self.due = next(self.seals, None)
        return None

    def _misplaced(self, leaf: Entry, row: Row | None) -> Broken:
        """Where a leaf and the row in its place are of different things: which of the two is the wrong one."""
        if leaf.row not in leaves.some([leaf.row]):
            return Broken(leaf.table, str(leaf.row), f"was sealed as leaf {leaf.at}; it is gone")
        if row is not None and not Leaf.objects.filter(row=row.id).exists():
            return Broken(row.table, str(row.id), f"is among what has been sealed before leaf {leaf.at}, unsealed")
        return Broken(leaf.table, str(leaf.row), f"was sealed as leaf {leaf.at}; it is not in that place any more")

    def _check_seal(self, seal: Seal, last: Row) -> Broken | None:
        identity = f"{seal.era}/{seal.size}"
        if bytes(seal.root) != self.tree.root():
            return Broken("seal", identity, "has another root than its leaves make")
        if (seal.transfers, seal.events, seal.totals) != (
            self.tally.transfers,
            self.tally.events,
            self.tally.totals or {},
        ):
            return Broken("seal", identity, "counts other rows or totals than there are")
        if (seal.last_xid, seal.last_row) != (last.xid, last.id):
            return Broken("seal", identity, "names another row as its last")
        try:
            said = notes.read(seal.note, self.keys)
        except notes.NoteInvalid as error:
            return Broken("seal", identity, f"its checkpoint does not stand: {error}")
        expected = (sealing.origin(Book.objects.get().log, seal.era), seal.size, self.tree.root())
        if (said.origin, said.size, said.root) != expected or said.more != (f"era {seal.era}", *self.tally.lines()):
            return Broken("seal", identity, "its checkpoint says something else than the rows do")
        return None

    def _nodes(self, count: int) -> dict[merkle.Place, bytes]:
        """The stored hashes that this many more leaves complete."""
        found: dict[merkle.Place, bytes] = {}
        tier = 1
        while (self.size + count) >> (tier * merkle.BITS):
            first, beyond = self.size >> (tier * merkle.BITS), (self.size + count) >> (tier * merkle.BITS)
            stored = Node.objects.filter(era=self.era, tier=tier, index__gte=first, index__lt=beyond)
            found |= {(tier, index): bytes(hashed) for index, hashed in stored.values_list("index", "hash")}
            tier += 1
        return found


def audit(since: Seal | None, progress: Progress) -> Iterator[Broken]:
    """Every era's log, or one era's from a checkpoint on, and then what has been published of it elsewhere."""
    book = Book.objects.get()
    first = since.era if since else 1
    for era in range(first, book.era + 1):
        one = Audit(era, since if era == first else None, progress)
        if since is not None and era == first and one.tree.root() != bytes(since.root):
            yield Broken("seal", f"{since.era}/{since.size}", "has another root than its leaves make")
            return
        yield from one.run()
        yield from _published(book, era, since.size if since and era == first else 0)


def _published(book: Book, era: int, from_size: int) -> Iterator[Broken]:
    """What was published and is not so any more: a log that was cut off, or written again with new signatures."""
    kept = Seal.objects.filter(era=era, size__gte=from_size).order_by("size").iterator(chunk_size=500)
    for size in sealing.published(book.log, era, from_size):
        seal = next((seal for seal in kept if seal.size >= size), None)
        if seal is None:
            newest = sealing.newest(era)
            ends = newest.size if newest else 0
            yield Broken("seal", f"{era}/{size}", f"was published; the log ends at {ends} leaves now")
            return
        if seal.size != size:
            yield Broken("seal", f"{era}/{size}", "was published; the log has no such checkpoint any more")
            return
        with storages["checkpoints"].open(sealing.published_as(book.log, seal)) as file:
            if file.read().decode() != seal.note:
                yield Broken("seal", f"{era}/{size}", "was published as another checkpoint")
                return
