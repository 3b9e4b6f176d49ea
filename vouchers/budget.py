"""Budget: how much of a scheme's money is committed, held and spent, what is left, and how long it lasts."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from uuid import UUID

from django.conf import settings
from django.db import connection

import ledger
from accounts.ceilings import ceilings
from accounts.forecasting import MOST, Runway, forecast
from accounts.models import Scheme


@dataclass(frozen=True, slots=True, kw_only=True)
class Money:
    """Of one source: in purses, in vouchers that are not closed, and paid to providers less what they gave back.

    Of a voucher that is redeemed in part, each source holds its share of the rest, rounded down to the penny.
    """

    committed_minor: int = 0
    held_minor: int = 0
    spent_minor: int = 0

    @property
    def total_minor(self) -> int:
        return self.committed_minor + self.held_minor + self.spent_minor


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """Where a scheme stands, in minor units of its currency.

    `scheme` is its own money, `sponsors` what sponsors put into purses, `own` what learners paid by card: none of the
    last two is of its budget. `budget_minor` is what was paid in, or the ceiling where awards are rights to spend;
    `left_minor` what may still be awarded, `cash_minor` what is in the pot. `refund_due_minor` goes back to cards.
    """

    scheme: Money
    sponsors: Money
    own: Money
    budget_minor: int
    left_minor: int
    cash_minor: int
    refund_due_minor: int

    @property
    def gone_minor(self) -> int:
        return self.scheme.total_minor

    @property
    def gone_percent(self) -> int:
        """Rounded down, so that it says 100 only when all is gone; 0 of no budget."""
        return self.gone_minor * 100 // self.budget_minor if self.budget_minor else 0


def figures(schemes: Collection[Scheme]) -> dict[UUID, Figures]:
    """Where each of these schemes stands, from the balances of the ledger's accounts. Four queries."""
    ids = [scheme.pk for scheme in schemes]
    committed, used = _committed(ids), _used(ids)
    allowed = ceilings(ids)
    held = ledger.balances(
        {
            account
            for scheme in schemes
            for account in (scheme.funder_id, scheme.pot_id, scheme.awards_from_id, scheme.refund_due_id)
        }
    )
    found = {}
    for scheme in schemes:
        by_source = {
            source: Money(
                committed_minor=committed[scheme.pk, source],
                held_minor=used[scheme.pk, source][0],
                spent_minor=used[scheme.pk, source][1],
            )
            for source in ("scheme", "sponsors", "own")
        }
        found[scheme.pk] = Figures(
            **by_source,
            budget_minor=allowed[scheme.pk] if scheme.commits else -held[scheme.funder_id],
            left_minor=held[scheme.awards_from_id],
            cash_minor=held[scheme.pot_id],
            refund_due_minor=held[scheme.refund_due_id],
        )
    return found


def by_month(scheme: Scheme) -> dict[dt.date, int]:
    """How much of the scheme's own money was put into vouchers in each month, less what came back in it.

    By the month's first day, from the one in which the scheme opened to the present one, also where nothing was.
    Minor units; one query.
    """
    with connection.cursor() as cursor:
        cursor.execute(_BY_MONTH, {"scheme": scheme.pk, "zone": settings.TIME_ZONE})
        moved: dict[dt.date, int] = dict(cursor.fetchall())
    month, months = scheme.opens_on.replace(day=1), {}
    while month <= ledger.today():
        months[month] = moved.get(month, 0)
        month = _next(month)
    return months


def runway(scheme: Scheme, now: Figures) -> Runway:
    """When all of the scheme's money will be in vouchers: what is left, and what waits in purses. One query.

    From the whole months since it opened, as `accounts.forecasting.forecast` says.
    """
    today = ledger.today()
    whole = [
        amount
        for month, amount in by_month(scheme).items()
        if month >= scheme.opens_on and month < today.replace(day=1)
    ]
    return forecast(whole[-MOST:], now.left_minor + now.scheme.committed_minor, today=today)


def _next(month: dt.date) -> dt.date:
    return dt.date(month.year + month.month // 12, month.month % 12 + 1, 1)


def _committed(schemes: Collection[UUID]) -> Mapping[tuple[UUID, str], int]:
    """What is in the purses of each scheme, by whose money it is."""
    found: dict[tuple[UUID, str], int] = defaultdict(int)
    with connection.cursor() as cursor:
        cursor.execute(_COMMITTED, [list(schemes)])
        found.update(((scheme, source), total) for scheme, source, total in cursor.fetchall())
    return found


def _used(schemes: Collection[UUID]) -> Mapping[tuple[UUID, str], tuple[int, int]]:
    """What is held in vouchers, and what was spent from them, by scheme and whose money it is."""
    found: dict[tuple[UUID, str], tuple[int, int]] = defaultdict(lambda: (0, 0))
    with connection.cursor() as cursor:
        cursor.execute(_USED, [list(schemes)])
        found.update(((scheme, source), (held, spent)) for scheme, source, held, spent in cursor.fetchall())
    return found


_COMMITTED = """
    SELECT account.scheme_id, CASE WHEN purse.award_id IS NULL THEN 'sponsors' ELSE 'scheme' END,
        sum(balance.posted)::bigint
    FROM accounts_learningaccount account
    JOIN accounts_purse purse ON purse.learning_account_id = account.id
    JOIN ledger_balance balance ON balance.account_id = purse.ledger_account_id
    WHERE account.scheme_id = ANY (%s::uuid[])
    GROUP BY 1, 2
"""
# What a source gave and has not had back is in the voucher or was spent from it, of each alike.
_USED = """
    SELECT scheme_id, source, sum(holds)::bigint, sum(gives - holds)::bigint FROM (
        SELECT scheme_id, source, gives,
            CASE WHEN state = 'closed' OR total = 0 THEN 0 ELSE div(posted::numeric * gives, total) END AS holds
        FROM (
            SELECT account.scheme_id, voucher.state, balance.posted,
                CASE WHEN purse.id IS NULL THEN 'own' WHEN purse.award_id IS NULL THEN 'sponsors' ELSE 'scheme' END
                    AS source,
                funding.amount_minor - funding.returned_minor AS gives,
                sum(funding.amount_minor - funding.returned_minor) OVER (PARTITION BY voucher.id) AS total
            FROM accounts_learningaccount account
            JOIN vouchers_voucher voucher ON voucher.learning_account_id = account.id
            JOIN vouchers_funding funding ON funding.voucher_id = voucher.id
            JOIN ledger_balance balance ON balance.account_id = voucher.account_id
            LEFT JOIN accounts_purse purse ON purse.id = funding.purse_id
            WHERE account.scheme_id = ANY (%s::uuid[])
        ) line
    ) share
    GROUP BY 1, 2
"""
_BY_MONTH = """
    SELECT date_trunc('month', created_at AT TIME ZONE %(zone)s)::date, sum(change)::bigint FROM (
        SELECT transfer.created_at, transfer.amount_minor AS change
        FROM accounts_learningaccount account
        JOIN vouchers_voucher voucher ON voucher.learning_account_id = account.id
        JOIN ledger_transfer transfer ON transfer.credit_id = voucher.account_id AND transfer.kind = 'reservation'
        JOIN accounts_purse purse ON purse.ledger_account_id = transfer.debit_id AND purse.award_id IS NOT NULL
        WHERE account.scheme_id = %(scheme)s
        UNION ALL
        SELECT transfer.created_at, -transfer.amount_minor
        FROM accounts_learningaccount account
        JOIN vouchers_voucher voucher ON voucher.learning_account_id = account.id
        JOIN ledger_transfer transfer ON transfer.debit_id = voucher.account_id AND transfer.kind = 'voucher_returned'
        JOIN vouchers_funding funding ON funding.voucher_id = voucher.id
            AND funding.id::text = split_part(transfer.reference, ':', 2)
        JOIN accounts_purse purse ON purse.id = funding.purse_id AND purse.award_id IS NOT NULL
        WHERE account.scheme_id = %(scheme)s
    ) moved
    GROUP BY 1
"""
