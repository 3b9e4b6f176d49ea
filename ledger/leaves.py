"""Leaves: the bytes that stand for a transfer or an event in the log.

They are RFC 8785 canonical JSON, so that anybody can make them again, with a random nonce, so that nobody can guess a
stranger's row from its hash.
"""

from __future__ import annotations

import json
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db import connection

from ledger.merkle import leaf_hash

_ENCODER = json.JSONEncoder(sort_keys=True, separators=(",", ":"), ensure_ascii=False)
_MOMENT = "to_char({} AT TIME ZONE 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS.US\"Z\"')"
_COLUMNS = {
    "transfer": {
        **{name: name for name in ("id", "journal", "amount_minor", "currency", "kind", "reference", "effective_on")},
        **{name: f"{name}_id" for name in ("debit", "credit", "event", "corrects")},
        **{name: name for name in ("debit_after_minor", "debit_seq", "credit_after_minor", "credit_seq", "era")},
        "created_at": _MOMENT.format("created_at"),
        "xid": "xid::text",
    },
    "event": {
        **{name: name for name in ("id", "kind", "subject", "actor", "acting_for", "on_behalf_of", "request_id")},
        **{name: name for name in ("data", "era")},
        "created_at": _MOMENT.format("created_at"),
        "xid": "xid::text",
    },
}


def _as_json(table: str) -> str:
    pairs = ", ".join(f"'{name}', {column}" for name, column in _COLUMNS[table].items())
    return f"json_build_object({pairs})::text"


TRANSFER_AS_JSON, EVENT_AS_JSON = _as_json("transfer"), _as_json("event")


@dataclass(frozen=True, slots=True)
class Row:
    """A transfer or an event as the log sees it. `content` is what a leaf says of it, less its nonce."""

    table: str
    id: UUID
    xid: int
    content: dict[str, Any]


def data(row: Row, nonce: bytes) -> bytes:
    """The leaf's bytes."""
    return canonical({"nonce": nonce.hex(), "table": row.table, "row": row.content})


def hash_of(row: Row, nonce: bytes) -> bytes:
    return leaf_hash(data(row, nonce))


def canonical(value: Any) -> bytes:
    """RFC 8785 for what the ledger holds: its keys are ASCII, and its numbers whole and below 2**53."""
    return _ENCODER.encode(value).encode()


def rows(era: int, after: tuple[int, UUID], *, below: int | None, limit: int) -> list[Row]:
    """The era's transfers and events after a place in (xid, id) order and below the horizon, if one is given."""
    with connection.cursor() as cursor:
        cursor.execute(_ROWS, {"era": era, "xid": str(after[0]), "id": after[1], "below": below, "limit": limit})
        return [Row(table, pk, int(xid), json.loads(content)) for table, pk, xid, content in cursor.fetchall()]


def some(ids: Collection[UUID]) -> dict[UUID, Row]:
    """Transfers and events by their ids. One query; ids of neither are left out."""
    with connection.cursor() as cursor:
        cursor.execute(_SOME, {"ids": list(ids)})
        found = [Row(table, pk, int(xid), json.loads(content)) for table, pk, xid, content in cursor.fetchall()]
    return {row.id: row for row in found}


def _part(table: str, column: str) -> str:
    return f"""
        (SELECT '{table}' AS kind_of_row, id AS row_id, xid AS row_xid, {column} AS content FROM ledger_{table}
        WHERE era = %(era)s AND (xid, id) > (%(xid)s::xid8, %(id)s)
            AND (%(below)s::bigint IS NULL OR xid < %(below)s::bigint::text::xid8)
        ORDER BY era, ledger_{table}.xid, id LIMIT %(limit)s)
    """


_ROWS = f"""
    SELECT kind_of_row, row_id, row_xid::text, content FROM (
        {_part("transfer", TRANSFER_AS_JSON)} UNION ALL {_part("event", EVENT_AS_JSON)}
    ) part ORDER BY part.row_xid, part.row_id LIMIT %(limit)s
"""
_SOME = " UNION ALL ".join(
    f"SELECT '{table}', id, xid::text, {column} FROM ledger_{table} WHERE id = ANY(%(ids)s)"
    for table, column in (("transfer", TRANSFER_AS_JSON), ("event", EVENT_AS_JSON))
)
