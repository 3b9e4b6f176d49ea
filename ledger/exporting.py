"""Exporting: the ledger as a file for other tools, which can then check it without us.

A transfer is a posting of minus its amount on the debit account and of its amount on the credit account, so that an
account stands there at what `ledger.balances` says. Amounts are written in whole units of the currency, exactly.
"""

from __future__ import annotations

import csv
import datetime as dt
import io
import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Any, Protocol
from urllib.parse import quote
from uuid import UUID

from django.db import connection

from config.money import major
from config.tables import not_a_formula
from ledger import models
from ledger.accounts import balances
from ledger.clock import today
from ledger.errors import UnknownAccount
from ledger.verification import one_snapshot

ROWS = 2000
DAY = dt.timedelta(days=1)
OPENING = "Equity:Opening-Balances"


@dataclass(frozen=True, slots=True)
class Account:
    id: UUID
    bounded: bool
    owner_type: str
    kind: str
    owner_id: UUID
    currency: str

    @property
    def name(self) -> str:
        """Its name in the other tools, which never changes: `Assets:Scheme:Pot:<id>`.

        What is never below zero is an asset; the rest is equity, where money comes from and goes to.
        """
        root = "Assets" if self.bounded else "Equity"
        return ":".join([root, _part(self.owner_type), _part(self.kind), _part(str(self.id))])


@dataclass(frozen=True, slots=True)
class Line:
    """A transfer, with the event that explains it. `day` is the one it counts for."""

    day: dt.date
    amount_minor: int
    currency: str
    transfer: UUID
    kind: str
    reference: str
    journal: UUID
    event: UUID
    event_kind: str
    actor: str
    posted_at: dt.datetime
    debit: Account
    credit: Account

    def notes(self) -> dict[str, str]:
        return {
            "transfer": str(self.transfer),
            "kind": self.kind,
            "reference": self.reference,
            "journal": str(self.journal),
            "event": str(self.event),
            "event-kind": self.event_kind,
            "actor": self.actor,
            "posted-at": self.posted_at.astimezone(dt.UTC).isoformat(),
        }


class Layout(Protocol):
    """How one format writes each thing. Days are when it counts from; an assertion is of a day's beginning."""

    def head(self, day: dt.date, currencies: list[str], *, opening: bool) -> str: ...
    def account(self, day: dt.date, account: Account) -> str: ...
    def opening(self, day: dt.date, account: Account, amount_minor: int) -> str: ...
    def line(self, line: Line) -> str: ...
    def balance(self, day: dt.date, account: Account, amount_minor: int) -> str: ...


class Beancount:
    def head(self, day: dt.date, currencies: list[str], *, opening: bool) -> str:
        head = 'option "title" "Waymark"\n\n' + "".join(f"{day} commodity {currency}\n" for currency in currencies)
        return head + (f"{day} open {OPENING}\n" if opening else "")

    def account(self, day: dt.date, account: Account) -> str:
        return f"{day} open {account.name} {account.currency}\n" + self._notes(_about(account))

    def opening(self, day: dt.date, account: Account, amount_minor: int) -> str:
        return f'\n{day} * "opening balance"\n' + _two_postings(OPENING, account.name, amount_minor, account.currency)

    def line(self, line: Line) -> str:
        moved = _two_postings(line.debit.name, line.credit.name, line.amount_minor, line.currency)
        return f'\n{line.day} * "{_encoded(line.kind)}"\n' + self._notes(line.notes()) + moved

    def balance(self, day: dt.date, account: Account, amount_minor: int) -> str:
        # Without `~ 0` a difference of a penny would pass.
        amount = _amount(amount_minor, account.currency)
        return f"\n{day} balance {account.name}  {amount} ~ 0 {account.currency}\n"

    def _notes(self, notes: dict[str, str]) -> str:
        return "".join(f'  {key}: "{_encoded(value)}"\n' for key, value in notes.items())


class Hledger:
    def head(self, day: dt.date, currencies: list[str], *, opening: bool) -> str:
        head = "decimal-mark .\n\n"
        for currency in currencies:
            # A sample amount always has its decimal mark, even where no digit follows.
            whole, _, fraction = _amount(0, currency).partition(".")
            head += f"commodity {whole}.{fraction} {currency}\n"
        return head + (f"account {OPENING}\n" if opening else "")

    def account(self, day: dt.date, account: Account) -> str:
        return f"account {account.name}  ; {self._tags(_about(account))}\n"

    def opening(self, day: dt.date, account: Account, amount_minor: int) -> str:
        return f"\n{day} * opening balance\n" + _two_postings(OPENING, account.name, amount_minor, account.currency)

    def line(self, line: Line) -> str:
        moved = _two_postings(line.debit.name, line.credit.name, line.amount_minor, line.currency)
        return f"\n{line.day} * {_encoded(line.kind)}\n    ; {self._tags(line.notes())}\n{moved}"

    def balance(self, day: dt.date, account: Account, amount_minor: int) -> str:
        nothing, amount = _amount(0, account.currency), _amount(amount_minor, account.currency)
        return (
            f"\n{day} * closing balance\n"
            f"  {account.name}  {nothing} {account.currency} == {amount} {account.currency}\n"
        )

    def _tags(self, notes: dict[str, str]) -> str:
        return ", ".join(f"{key}:{_encoded(value)}" for key, value in notes.items())


class Csv:
    """One row a posting: an account's `opening` and `posting` rows add up to its `balance` row."""

    COLUMNS = ("row", "day", "account", "amount", "currency", "other_account")
    NOTES = ("transfer", "kind", "reference", "journal", "event", "event-kind", "actor", "posted-at")

    def head(self, day: dt.date, currencies: list[str], *, opening: bool) -> str:
        return self._rows([*self.COLUMNS, *(note.replace("-", "_") for note in self.NOTES)])

    def account(self, day: dt.date, account: Account) -> str:
        return ""

    def opening(self, day: dt.date, account: Account, amount_minor: int) -> str:
        return self._rows(self._start("opening", day, account, amount_minor))

    def line(self, line: Line) -> str:
        notes = [not_a_formula(value) for value in line.notes().values()]
        return self._rows(
            [*self._start("posting", line.day, line.debit, -line.amount_minor), line.credit.name, *notes],
            [*self._start("posting", line.day, line.credit, line.amount_minor), line.debit.name, *notes],
        )

    def balance(self, day: dt.date, account: Account, amount_minor: int) -> str:
        return self._rows(self._start("balance", day, account, amount_minor))

    def _start(self, row: str, day: dt.date, account: Account, amount_minor: int) -> list[str]:
        return [row, str(day), account.name, _amount(amount_minor, account.currency), account.currency]

    def _rows(self, *rows: list[str]) -> str:
        width = len(self.COLUMNS) + len(self.NOTES)
        written = io.StringIO(newline="")
        csv.writer(written).writerows(row + [""] * (width - len(row)) for row in rows)
        return written.getvalue()


FORMATS: dict[str, type[Layout]] = {"beancount": Beancount, "hledger": Hledger, "csv": Csv}


def export(layout: str, *, since: dt.date | None = None, account: UUID | None = None) -> Iterator[str]:
    """The ledger in one of FORMATS, piece by piece, as it is when the first piece is asked for.

    With `since`, what counted before that day is in opening balances, dated the day before it. With `account`, only
    the transfers that touch it, and only its balance. Raises UnknownAccount, before anything is read.
    """
    if account and not models.Account.objects.filter(pk=account).exists():
        raise UnknownAccount(account=str(account))
    return _pieces(FORMATS[layout](), since, account)


def _pieces(layout: Layout, since: dt.date | None, account: UUID | None) -> Iterator[str]:
    with one_snapshot():
        asked: dict[str, Any] = {"since": since, "account": account}
        [[first, last]] = _rows(_DAYS, asked)
        if opening := bool(since and first and first < since):
            first = since - DAY  # type: ignore[operator]
        first = first or today()
        last = max(first, last or first)
        # Tools sort by day; the day after the last one, every balance is what it is now.
        closing = last + DAY

        yield layout.head(first, [row[0] for row in _rows(_CURRENCIES, asked)], opening=opening)
        for row in _rows(_ACCOUNTS, asked):
            yield layout.account(first, Account(*row))
        if opening:
            for row in _rows(_OPENINGS, asked):
                yield layout.opening(first, Account(*row[:6]), row[6])
        for row in _rows(_LINES, asked):
            yield layout.line(Line(*[*row[:11], Account(*row[11:17]), Account(*row[17:])]))
        accounts = (Account(*row) for row in _rows(_ACCOUNTS, asked) if account in (None, row[0]))
        while some := list(islice(accounts, ROWS)):
            holds = balances(one.id for one in some)
            for one in some:
                yield layout.balance(closing, one, holds[one.id])


def _rows(query: str, asked: dict[str, Any]) -> Iterator[tuple[Any, ...]]:
    """The answer through a cursor of the server's, ROWS at a time: memory does not grow with the ledger."""
    with connection.chunked_cursor() as cursor:
        cursor.execute(query, asked)
        while rows := cursor.fetchmany(ROWS):
            yield from rows


def _about(account: Account) -> dict[str, str]:
    return {
        "account": str(account.id),
        "kind": account.kind,
        "owner-type": account.owner_type,
        "owner": str(account.owner_id),
    }


def _two_postings(debit: str, credit: str, amount_minor: int, currency: str) -> str:
    return (
        f"  {debit}  {_amount(-amount_minor, currency)} {currency}\n"
        f"  {credit}  {_amount(amount_minor, currency)} {currency}\n"
    )


def _amount(amount_minor: int, currency: str) -> str:
    return f"{major(amount_minor, currency):f}"


def _part(text: str) -> str:
    """A part of an account's name: letters, digits and dashes, and no small letter first."""
    part = re.sub(r"[^A-Za-z0-9]+", "-", text).strip("-") or "None"
    return part[0].upper() + part[1:]


def _encoded(text: str) -> str:
    """Text that neither tool reads as more than text: what is unusual in a code is written as in an address, %0A."""
    return quote(text, safe="/:+=@")


_TOUCHES = "(%(account)s::uuid IS NULL OR debit_id = %(account)s::uuid OR credit_id = %(account)s::uuid)"
_SINCE = "(%(since)s::date IS NULL OR effective_on >= %(since)s::date)"
_ACCOUNT = "{0}.id, {0}.bounded, {0}.owner_type, {0}.kind, {0}.owner_id, {0}.currency"

_DAYS = f"SELECT min(effective_on), max(effective_on) FROM ledger_transfer WHERE {_TOUCHES}"

_ACCOUNTS = f"""
    SELECT {_ACCOUNT.format("account")} FROM ledger_account account
    WHERE %(account)s::uuid IS NULL OR id = %(account)s::uuid OR id IN (
        SELECT unnest(ARRAY[debit_id, credit_id]) FROM ledger_transfer WHERE {_TOUCHES} AND {_SINCE}
    )
    ORDER BY id
"""

_CURRENCIES = """
    SELECT DISTINCT currency FROM ledger_account WHERE %(account)s::uuid IS NULL OR id = %(account)s::uuid
    ORDER BY currency
"""

_OPENINGS = f"""
    SELECT {_ACCOUNT.format("account")}, sum(change)::bigint FROM (
        SELECT debit_id AS touched, -amount_minor AS change FROM ledger_transfer
        WHERE effective_on < %(since)s::date AND (%(account)s::uuid IS NULL OR debit_id = %(account)s::uuid)
        UNION ALL
        SELECT credit_id, amount_minor FROM ledger_transfer
        WHERE effective_on < %(since)s::date AND (%(account)s::uuid IS NULL OR credit_id = %(account)s::uuid)
    ) side JOIN ledger_account account ON account.id = touched
    GROUP BY account.id HAVING sum(change) <> 0 ORDER BY account.id
"""

# An event that somebody took away does not take its transfer with it: the balances would not say why.
_LINES = f"""
    SELECT effective_on, amount_minor, transfer.currency, transfer.id, transfer.kind, reference, journal, event_id,
           coalesce(event.kind, ''), coalesce(actor, ''), transfer.created_at,
           {_ACCOUNT.format("debit")}, {_ACCOUNT.format("credit")}
    FROM ledger_transfer transfer
    JOIN ledger_account debit ON debit.id = debit_id
    JOIN ledger_account credit ON credit.id = credit_id
    LEFT JOIN ledger_event event ON event.id = event_id
    WHERE {_TOUCHES} AND {_SINCE}
    ORDER BY transfer.era, transfer.xid, transfer.id
"""
