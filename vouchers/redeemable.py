"""Redeemable: what a redemption has to know of its vouchers, locked and read in two round trips.

In SQL and not through the ORM because this is the path that every penny takes: composing its queries anew each time
cost more than everything else a redemption does (`./run bench api`).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar
from uuid import UUID

from django.db import DEFAULT_DB_ALIAS, connection, models

from accounts.models import LearningAccount, Scheme
from config.ids import read_code
from providers.models import Provider
from vouchers import earning
from vouchers.models import Milestone, Redemption, State, Voucher

M = TypeVar("M", bound=models.Model)


@dataclass(slots=True)
class Redeemable:
    """The vouchers that were found, and their milestones, redemptions that stand and money, as of `now`.

    The models hold only what the queries below name; anything else of them is read when it is asked for.
    """

    now: dt.datetime | None = None
    vouchers: dict[str, Voucher] = field(default_factory=dict)
    plans: dict[str, list[Milestone]] = field(default_factory=dict)
    live: dict[UUID, Redemption] = field(default_factory=dict)
    left: dict[UUID, int] = field(default_factory=dict)
    payables: dict[UUID, UUID] = field(default_factory=dict)
    # What a last milestone pays at most, where the scheme's rules have attendance bands; by milestone.
    at_most: dict[UUID, int] = field(default_factory=dict)

    def worth(self, milestone: Milestone) -> int:
        """What the milestone may be redeemed for."""
        return self.at_most.get(milestone.id, milestone.amount_minor)


def lock(codes: Iterable[str], by: Provider) -> Redeemable:
    """The vouchers with these codes that are `Voucher.objects.made_out_to(by)`, for this transaction alone.

    Locks the vouchers in id order, then their milestones. What is left in them needs no lock of its own: nobody takes
    from a voucher without holding it.
    """
    found = Redeemable()
    _lock_vouchers(found, {code for typed in codes if (code := read_code(typed))}, by)
    if found.vouchers:
        # Another statement: what it reads has to be as it is once the vouchers are held.
        _lock_milestones(found)
        done = [voucher.code for voucher in found.vouchers.values() if voucher.state == State.COMPLETED]
        found.at_most = earning.at_most(found.plans[code][-1] for code in done)
    return found


def store(redemptions: Sequence[Redemption]) -> None:
    """Write new redemptions; a milestone that has one which stands violates `one_live_redemption_a_milestone`."""
    with connection.cursor() as cursor:
        cursor.execute(
            _INSERT,
            [
                [redemption.id for redemption in redemptions],
                [redemption.voucher_id for redemption in redemptions],
                [redemption.milestone_id for redemption in redemptions],
                [redemption.amount_minor for redemption in redemptions],
                [redemption.made_at for redemption in redemptions],
            ],
        )


def _lock_vouchers(found: Redeemable, codes: set[str], by: Provider) -> None:
    schemes: dict[UUID, Scheme] = {}
    with connection.cursor() as cursor:
        cursor.execute(_VOUCHERS, [list(codes), by.pk])
        for row in cursor.fetchall():
            voucher = _voucher(row[:11])
            learning_account = _learning_account(row[10:12])
            scheme = schemes.get(row[11]) or _scheme(row[11:16])
            learning_account.scheme = schemes[scheme.pk] = scheme
            voucher.learning_account = learning_account
            found.vouchers[voucher.code] = voucher
            found.plans[voucher.code] = []
            found.now = row[17]
            if row[16] is not None:
                found.payables[scheme.pk] = row[16]


def _lock_milestones(found: Redeemable) -> None:
    by_id = {voucher.id: voucher for voucher in found.vouchers.values()}
    with connection.cursor() as cursor:
        cursor.execute(_MILESTONES, [list(by_id)])
        for row in cursor.fetchall():
            milestone = _milestone(row[:5])
            milestone.voucher = by_id[row[1]]
            found.plans[milestone.voucher.code].append(milestone)
            found.left[milestone.voucher.account_id] = row[6]
            if row[5] is not None:
                found.live[milestone.id] = _redemption((row[5], row[0]))


class _Part(Generic[M]):
    """Some columns of a model in the order of a query, and how a row of them becomes an instance of it."""

    def __init__(self, model: type[M], *names: str) -> None:
        self._model = model
        # Django takes them in the order of the model's own fields.
        self._names = [field.attname for field in model._meta.concrete_fields if field.attname in names]
        self._places = [names.index(name) for name in self._names]

    def __call__(self, row: Sequence[Any]) -> M:
        return self._model.from_db(DEFAULT_DB_ALIAS, self._names, [row[place] for place in self._places])


_voucher = _Part(
    Voucher,
    *("id", "code", "state", "outcome", "control", "account_id", "currency", "provider_id", "learner_id"),
    *("checkout_id", "learning_account_id"),
)
_learning_account = _Part(LearningAccount, "id", "scheme_id")
_scheme = _Part(Scheme, "id", "slug", "name", "currency", "refund_due_id")
_milestone = _Part(Milestone, "id", "voucher_id", "number", "amount_minor", "state")
_redemption = _Part(Redemption, "id", "milestone_id")

_VOUCHERS = """
    SELECT voucher.id, voucher.code, voucher.state, voucher.outcome, voucher.control, voucher.account_id,
        voucher.currency, voucher.provider_id, voucher.learner_id, voucher.checkout_id, voucher.learning_account_id,
        scheme.id, scheme.slug, scheme.name, scheme.currency, scheme.refund_due_id,
        payable.account_id, ledger_time(book)
    FROM vouchers_voucher voucher
    JOIN accounts_learningaccount learning_account ON learning_account.id = voucher.learning_account_id
    JOIN accounts_scheme scheme ON scheme.id = learning_account.scheme_id
    LEFT JOIN vouchers_payable payable ON payable.provider_id = voucher.provider_id AND payable.scheme_id = scheme.id
    CROSS JOIN ledger_book book
    WHERE voucher.code = ANY (%s) AND voucher.provider_id = %s AND voucher.issued_at IS NOT NULL
    ORDER BY voucher.id FOR UPDATE OF voucher
"""
# The subquery is an index look-up a milestone whatever the planner believes of the tables' size.
_MILESTONES = """
    SELECT milestone.id, milestone.voucher_id, milestone.number, milestone.amount_minor, milestone.state,
        (SELECT live.id FROM vouchers_redemption live
            WHERE live.milestone_id = milestone.id AND live.reversed_at IS NULL),
        balance.posted
    FROM vouchers_milestone milestone
    JOIN vouchers_voucher voucher ON voucher.id = milestone.voucher_id
    JOIN ledger_balance balance ON balance.account_id = voucher.account_id
    WHERE milestone.voucher_id = ANY (%s)
    ORDER BY milestone.voucher_id, milestone.number FOR UPDATE OF milestone
"""
_INSERT = """
    INSERT INTO vouchers_redemption (id, voucher_id, milestone_id, amount_minor, made_at)
    SELECT * FROM unnest(%s::uuid[], %s::uuid[], %s::uuid[], %s::bigint[], %s::timestamptz[])
"""
