"""Sealing: what is below the horizon becomes leaves of the era's log, and the log's state is signed and published."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from uuid import UUID

import structlog
from django.conf import settings
from django.core.files.base import ContentFile
from django.core.files.storage import storages
from django.db import DatabaseError, connection, transaction

from ledger import feed, leaves, merkle, notes, snapshots
from ledger.clock import now
from ledger.leaves import Row
from ledger.models import Book, Leaf, Node, Seal, SealKey

AT_ONCE = 10_000
FOLDER = 65_536
LOCK = 0x5EA1
NOWHERE = (0, UUID(int=0))

log = structlog.get_logger(__name__)


class NeedsNewEra(RuntimeError):
    """This database was restored into another cluster; its operator has to begin a new era."""


class NoKey(RuntimeError):
    """There is no key to sign with."""


class NotTheSealer(RuntimeError):
    """This process is logged in as somebody who may not write the log."""


@dataclass(slots=True)
class Tally:
    """What a log's leaves come to: how many of each table, and what the transfers moved, by currency."""

    transfers: int = 0
    events: int = 0
    totals: dict[str, int] | None = None

    def add(self, row: Row) -> None:
        if row.table == "event":
            self.events += 1
            return
        self.transfers += 1
        currency = row.content["currency"]
        self.totals = self.totals or {}
        self.totals[currency] = self.totals.get(currency, 0) + row.content["amount_minor"]

    def lines(self) -> tuple[str, ...]:
        """As a checkpoint says it, signed with the rest."""
        moved = (f"moved {currency} {amount}" for currency, amount in sorted((self.totals or {}).items()))
        return (f"transfers {self.transfers}", f"events {self.events}", *moved)

    @classmethod
    def of(cls, seal: Seal | None) -> Tally:
        return cls(seal.transfers, seal.events, dict(seal.totals)) if seal else cls()


def seal(*, below: int | None = None, at_once: int = AT_ONCE) -> int:
    """Seal everything below the horizon, `at_once` rows a transaction; how many rows. Can run twice, and be killed.

    `below` is the horizon; None takes the present one. Readers and writers are not held up: the sealer locks nothing
    but itself, and the rows it reads have been committed. Each piece also takes snapshots once it has caught up, and
    is published after it has been committed.
    Raises NoKey, NeedsNewEra, NotTheSealer.
    """
    sealed = 0
    while True:
        count = _seal_piece(Book.objects.get().era, feed.horizon() if below is None else below, at_once)
        sealed += count
        if count < at_once:
            publish()
            return sealed


def seal_to_the_end(era: int, *, at_once: int = AT_ONCE) -> int:
    """Seal the tail of an era that is over: there is no transaction of it left to wait for."""
    sealed = 0
    while count := _seal_piece(era, None, at_once):
        sealed += count
    publish()
    return sealed


def begin_era() -> int:
    """Begin a new era, once the old one's tail has been sealed; its number. The owner's alone.

    After a restore into another cluster, whose transaction ids start again; or after a recovery to a point in time,
    as its operator declares.
    """
    seal_to_the_end(Book.objects.get().era)
    with connection.cursor() as cursor:
        cursor.execute("SELECT ledger_new_era()")
        return int(cursor.fetchone()[0])


@dataclass(frozen=True, slots=True)
class Lag:
    """How far sealing is behind: transaction ids from the horizon to the newest, and the age of the oldest row that is
    no leaf yet, 0 if all are. An open transaction holds the horizon back, whichever it is and whatever it does."""

    transactions: int
    seconds: int

    @property
    def alarming(self) -> bool:
        return self.seconds >= int(settings.LEDGER_SEAL_ALARM_SECONDS)


def lag() -> Lag:
    """How far sealing of the present era is behind. One query, whose cost does not grow with the ledger."""
    with connection.cursor() as cursor:
        # Each transfer has an event in its own transaction: the oldest event says how old the oldest row is.
        cursor.execute("""
            SELECT pg_snapshot_xmax(horizon)::text::bigint - pg_snapshot_xmin(horizon)::text::bigint,
                coalesce(extract(epoch FROM ledger_now() - oldest.created_at), 0)::bigint
            FROM pg_current_snapshot() horizon CROSS JOIN ledger_book book
            LEFT JOIN LATERAL (
                SELECT last_xid, last_row FROM ledger_seal WHERE era = book.era ORDER BY size DESC LIMIT 1
            ) seal ON true
            LEFT JOIN LATERAL (
                SELECT created_at FROM ledger_event event
                WHERE event.era = book.era AND (event.xid, event.id)
                    > (coalesce(seal.last_xid, '0'), coalesce(seal.last_row, '00000000-0000-0000-0000-000000000000'))
                ORDER BY event.era, event.xid, event.id LIMIT 1
            ) oldest ON true
        """)
        return Lag(*cursor.fetchone())


def newest(era: int) -> Seal | None:
    return Seal.objects.filter(era=era).order_by("-size").first()


def origin(log_id: UUID, era: int) -> str:
    """The name of one era's log."""
    return f"{settings.LEDGER_NAME}/{log_id}/{era}"


def known_keys() -> list[notes.Key]:
    """Every key that has signed for this log."""
    return [notes.Key.read(key) for key in SealKey.objects.order_by("first_used_at").values_list("key", flat=True)]


def stored(era: int, places: set[merkle.Place]) -> dict[merkle.Place, bytes]:
    """The hashes that are kept at these places of an era's tree. Two queries."""
    by_leaf = [index for tier, index in places if tier == 0]
    found = {
        (0, index): bytes(hashed)
        for index, hashed in Leaf.objects.filter(era=era, index__in=by_leaf).values_list("index", "hash")
    }
    nodes = [(era, tier, index) for tier, index in places if tier]
    if nodes:
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT tier, index, hash FROM ledger_node JOIN unnest(%s::int[], %s::bigint[]) AS at (t, i)"
                " ON tier = t AND index = i WHERE era = %s",
                [[tier for _era, tier, _index in nodes], [index for _era, _tier, index in nodes], era],
            )
            found |= {(tier, index): bytes(hashed) for tier, index, hashed in cursor.fetchall()}
    return found


def tree(era: int, size: int) -> merkle.Growing:
    """The era's tree at a size, ready to grow, from the hashes that are kept."""
    return merkle.Growing(size, merkle.hashes(merkle.peaks(size), lambda places: stored(era, places)))


def publish() -> int:
    """Write the checkpoints that are not there yet to `settings.STORAGES["checkpoints"]`; how many. Can run twice."""
    place = storages["checkpoints"]
    log_id = Book.objects.get().log
    written = 0
    for found in Seal.objects.order_by("-era", "-size").iterator(chunk_size=100):
        if place.exists(published_as(log_id, found)):
            break
        place.save(published_as(log_id, found), ContentFile(found.note.encode()))
        written += 1
    return written


def published_as(log_id: UUID, seal: Seal) -> str:
    """In a folder for each `FOLDER` leaves, so that whoever looks at what came since lists nothing that came before."""
    return f"{log_id}/{seal.era}/{seal.size // FOLDER:08}/{seal.size:012}"


def published(log_id: UUID, era: int, from_size: int = 0) -> Iterator[int]:
    """The sizes of an era's checkpoints that have been published, from a size on, in their order."""
    place, root = storages["checkpoints"], f"{log_id}/{era}"
    try:
        folders = sorted(name for name in place.listdir(root)[0] if name.isdecimal())
    except FileNotFoundError:
        return
    for folder in folders:
        if int(folder) >= from_size // FOLDER:
            names = (name for name in place.listdir(f"{root}/{folder}")[1] if name.isdecimal())
            yield from sorted(size for name in names if (size := int(name)) >= from_size)


def _seal_piece(era: int, below: int | None, at_once: int) -> int:
    signers = notes.signers()
    if not signers:
        raise NoKey("LEDGER_SIGNING_KEYS names no key to sign checkpoints with")
    with transaction.atomic(), _as_sealer(), connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])
        if below is not None:
            cursor.execute("SELECT ledger_era_is_over()")
            if reason := cursor.fetchone()[0]:
                raise NeedsNewEra(f"{reason}: begin a new era with `ledger new-era`")
        last = newest(era)
        after = (last.last_xid, last.last_row) if last else NOWHERE
        found = leaves.rows(era, after, below=below, limit=at_once)
        if found:
            _append(era, last, found, below, signers)
        if below is not None and len(found) < at_once:
            cursor.execute("SELECT ledger_sealed(%s::bigint::text::xid8)", [below])
            snapshots.take(below=below)
    return len(found)


def _append(era: int, last: Seal | None, found: list[Row], below: int | None, signers: list[notes.Signer]) -> None:
    size = last.size if last else 0
    growing, tally = tree(era, size), Tally.of(last)
    nonces = os.urandom(16 * len(found))
    with connection.cursor() as cursor:
        nodes: list[tuple[merkle.Place, bytes]] = []
        with cursor.copy(
            'COPY ledger_leaf (era, index, "table", "row", nonce, hash) FROM STDIN (FORMAT BINARY)'
        ) as copy:
            copy.set_types(["int4", "int8", "varchar", "uuid", "bytea", "bytea"])
            for place, row in enumerate(found):
                nonce = nonces[16 * place : 16 * place + 16]
                hashed = leaves.hash_of(row, nonce)
                copy.write_row((era, size + place, row.table, row.id, nonce, hashed))
                nodes += growing.add(hashed)
                tally.add(row)
    Node.objects.bulk_create(Node(era=era, tier=tier, index=index, hash=hashed) for (tier, index), hashed in nodes)
    moment = now()
    for signer in signers:
        SealKey.objects.bulk_create([SealKey(key=str(signer.key), first_used_at=moment)], ignore_conflicts=True)
    checkpoint = notes.Checkpoint(
        origin(Book.objects.get().log, era), growing.size, growing.root(), (f"era {era}", *tally.lines())
    )
    Seal.objects.create(
        era=era,
        size=growing.size,
        horizon=found[-1].xid + 1 if below is None else below,
        last_xid=found[-1].xid,
        last_row=found[-1].id,
        root=growing.root(),
        transfers=tally.transfers,
        events=tally.events,
        totals=tally.totals or {},
        note=notes.sign(checkpoint, signers),
        sealed_at=moment,
    )
    log.info("ledger.sealed", era=era, size=growing.size, rows=len(found), horizon=below)


@contextmanager
def _as_sealer() -> Iterator[None]:
    """The rest of this transaction as the role that alone may write the log. Raises NotTheSealer."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_user")
        before = cursor.fetchone()[0]
        try:
            cursor.execute(f"SET LOCAL ROLE {settings.SEALER_ROLE}")
        except DatabaseError as error:
            raise NotTheSealer(
                f"{before} does not write the log: seal with the login of {settings.SEALER_ROLE}"
            ) from error
        yield
        cursor.execute(f'SET LOCAL ROLE "{before}"')
