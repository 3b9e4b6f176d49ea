"""Owed: what schemes owe providers, redemption by redemption, and where each of it stands on its way to the bank.

A redemption stands until it is reversed. What is owed for it is what stands less the live lines of payouts: nothing
once it is paid, and less than nothing where it was given back after that, which the next payout takes off.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple
from uuid import UUID

from django.db import connection

from accounts.models import Scheme
from providers.models import BankAccount, Provider
from vouchers.delivery import DELIVERS
from vouchers.models import Control
from vouchers.payouts import Reason

_HELD = {Control.FROZEN: Reason.FROZEN, Control.UNDER_REVIEW: Reason.UNDER_REVIEW}


class Item(NamedTuple):
    """What is owed for one redemption, in minor units: negative where it was given back after it was paid."""

    redemption: UUID
    provider: UUID
    owed_minor: int
    control: str

    @property
    def held(self) -> Reason | None:
        """Why it is not paid whoever its provider is. What is to come back is taken off in any case."""
        return _HELD.get(Control(self.control)) if self.owed_minor > 0 else None


def vouchers_with_money(scheme: Scheme) -> list[UUID]:
    """The vouchers of which something is owed, or has to come back. One query."""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT DISTINCT voucher_id FROM ({_ITEMS}) item", {"scheme": scheme.pk, "vouchers": None})
        return [row[0] for row in cursor.fetchall()]


def items(scheme: Scheme, vouchers: Collection[UUID] | None = None) -> list[Item]:
    """What the scheme owes for redemptions, of these vouchers or of all, and no live line claims: the oldest first.
    One query."""
    with connection.cursor() as cursor:
        cursor.execute(_ITEMS, {"scheme": scheme.pk, "vouchers": None if vouchers is None else list(vouchers)})
        return [Item(*row[1:]) for row in cursor.fetchall()]


def not_payable(providers: Collection[Provider]) -> tuple[dict[UUID, Reason], dict[UUID, BankAccount]]:
    """Why each of these providers can be paid nothing, if so; and the bank accounts of the others. One query."""
    in_force = BankAccount.objects.in_force().filter(provider__in=[provider.pk for provider in providers])
    accounts = {account.provider_id: account for account in in_force}
    reasons = {}
    for provider in providers:
        if provider.state not in DELIVERS:
            reasons[provider.pk] = Reason.PROVIDER_STOPPED
        elif provider.pk not in accounts:
            reasons[provider.pk] = Reason.NO_BANK_ACCOUNT
    return reasons, accounts


@dataclass(slots=True)
class Owed:
    """What one scheme owes a provider, in minor units of its currency, and where it stands.

    `payable_now_minor` waits for the next run; it is less than nothing when more has to come back than is owed.
    `held` is by reason. `in_next_payout_minor` is in a run that is not with the bank yet, `in_payout_minor` with the
    bank, `paid_minor` settled. All but the last add up to what the ledger says is owed.
    """

    scheme: Scheme
    payable_now_minor: int = 0
    held: dict[Reason, int] = field(default_factory=lambda: defaultdict(int))
    in_next_payout_minor: int = 0
    in_payout_minor: int = 0
    paid_minor: int = 0

    @property
    def under_review_minor(self) -> int:
        return self.held.get(Reason.UNDER_REVIEW, 0)

    @property
    def on_hold_minor(self) -> int:
        """Frozen, or the provider is stopped or has no bank account; without what is under review."""
        return sum(self.held.values()) - self.under_review_minor

    @property
    def owed_minor(self) -> int:
        return self.payable_now_minor + sum(self.held.values()) + self.in_next_payout_minor + self.in_payout_minor


def owed_to(provider: Provider) -> list[Owed]:
    """What each scheme that ever owed this provider anything owes it now, by the scheme's name. Three queries."""
    found = {
        scheme.pk: Owed(scheme) for scheme in Scheme.objects.filter(payables__provider=provider).order_by("name", "pk")
    }
    reasons, _accounts = not_payable([provider])
    for scheme, control, next_run, owed_minor, at_bank_minor, paid_minor in _stands(provider):
        one = found[scheme]
        one.in_payout_minor += at_bank_minor
        one.paid_minor += paid_minor
        held = reasons.get(provider.pk) or Item(provider.pk, provider.pk, owed_minor, control).held
        if not owed_minor:
            continue
        if held is not None:
            one.held[held] += owed_minor
        elif next_run:
            one.in_next_payout_minor += owed_minor
        else:
            one.payable_now_minor += owed_minor
    return list(found.values())


def _stands(provider: Provider) -> Sequence[tuple[UUID, str, bool, int, int, int]]:
    """By scheme, control, whether it is in a run that is not sent, and sign: owed, at the bank, and paid."""
    with connection.cursor() as cursor:
        cursor.execute(_STANDS, {"provider": provider.pk})
        return list(cursor.fetchall())


def by_age(provider: Provider) -> dict[UUID, list[int]]:
    """What is owed to the provider by scheme and how long ago it was redeemed, in `AGES`. One query.

    What was given back after it was paid comes off where it was: the sum is what the ledger says is owed.
    """
    with connection.cursor() as cursor:
        cursor.execute(_AGES, {"provider": provider.pk})
        return {scheme: list(sums) for scheme, *sums in cursor.fetchall()}


# The last day of each age, in days since the redemption; the last is without end.
AGES: tuple[int | None, ...] = (7, 14, 30, None)

_STANDING = "CASE WHEN redemption.reversed_at IS NULL THEN redemption.amount_minor ELSE 0 END"

# Those that stand and that no live line claims; and those whose lines add up to another sum than what stands.
_ITEMS = f"""
    SELECT redemption.voucher_id, redemption.id, voucher.provider_id,
        ({_STANDING} - coalesce(line.claimed, 0))::bigint, voucher.control
    FROM vouchers_redemption redemption
    JOIN vouchers_voucher voucher ON voucher.id = redemption.voucher_id
    JOIN accounts_learningaccount account ON account.id = voucher.learning_account_id
    LEFT JOIN (
        SELECT redemption_id, sum(amount_minor) AS claimed FROM vouchers_payoutline WHERE live GROUP BY redemption_id
    ) line ON line.redemption_id = redemption.id
    WHERE account.scheme_id = %(scheme)s AND {_STANDING} <> coalesce(line.claimed, 0)
        AND (%(vouchers)s::uuid[] IS NULL OR voucher.id = ANY (%(vouchers)s::uuid[]))
    ORDER BY redemption.id
"""

_OF_THE_PROVIDER = f"""
    SELECT account.scheme_id, voucher.control, redemption.made_at, {_STANDING} AS standing,
        coalesce(line.unsent, 0) AS unsent, coalesce(line.at_bank, 0) AS at_bank, coalesce(line.paid, 0) AS paid
    FROM vouchers_redemption redemption
    JOIN vouchers_voucher voucher ON voucher.id = redemption.voucher_id AND voucher.provider_id = %(provider)s
    JOIN accounts_learningaccount account ON account.id = voucher.learning_account_id
    LEFT JOIN (
        SELECT redemption_id,
            sum(line.amount_minor) FILTER (WHERE payout.state IN ('prepared', 'approved')) AS unsent,
            sum(line.amount_minor) FILTER (WHERE payout.state = 'sent') AS at_bank,
            sum(line.amount_minor) FILTER (WHERE payout.state = 'settled') AS paid
        FROM vouchers_payoutline line JOIN vouchers_payout payout ON payout.id = line.payout_id
        WHERE live AND payout.provider_id = %(provider)s GROUP BY redemption_id
    ) line ON line.redemption_id = redemption.id
"""

# A line of a run that is not sent counts only while it is what is owed: sending judges again.
_STANDS = f"""
    SELECT scheme_id, control, unsent <> 0 AND unsent = standing - at_bank - paid,
        sum(standing - at_bank - paid)::bigint, sum(at_bank)::bigint, sum(paid)::bigint
    FROM ({_OF_THE_PROVIDER}) each
    GROUP BY 1, 2, 3, sign(standing - at_bank - paid)
"""

_AGES = f"""
    SELECT scheme_id,
        coalesce(sum(standing - paid) FILTER (WHERE days <= 7), 0)::bigint,
        coalesce(sum(standing - paid) FILTER (WHERE days BETWEEN 8 AND 14), 0)::bigint,
        coalesce(sum(standing - paid) FILTER (WHERE days BETWEEN 15 AND 30), 0)::bigint,
        coalesce(sum(standing - paid) FILTER (WHERE days > 30), 0)::bigint
    FROM (SELECT each.*, extract(day FROM ledger_now() - made_at)::int AS days FROM ({_OF_THE_PROVIDER}) each) aged
    GROUP BY scheme_id
"""
