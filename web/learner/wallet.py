"""What a learner has: purses with what is in them, and what of their money is set aside."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from uuid import UUID

import ledger
from accounts.models import Learner, LearningAccount, Purse
from vouchers.models import LIVE, Voucher


@dataclass(frozen=True, slots=True)
class Wallet:
    """One learning account as its learner sees it. Amounts are minor units."""

    account: LearningAccount
    purses: list[tuple[Purse, int]]
    held_minor: int
    currency: str

    @property
    def left_minor(self) -> int:
        return sum(left for _purse, left in self.purses)

    @property
    def until(self) -> dt.date | None:
        """The day on which the next money expires."""
        return min((purse.expires_on for purse, left in self.purses if left), default=None)


def wallets(learner: Learner) -> list[Wallet]:
    """The learner's accounts, the fullest first. A fixed number of queries."""
    accounts = list(LearningAccount.objects.filter(learner=learner).select_related("scheme", "learner"))
    purses = Purse.objects.spendable_by([account.pk for account in accounts], ledger.today())
    held = list(
        Voucher.objects.filter(learner=learner, state__in=LIVE).values_list("learning_account_id", "account_id")
    )
    balances = ledger.balances(
        [purse.ledger_account_id for several in purses.values() for purse in several] + [account for _, account in held]
    )
    found = [
        Wallet(
            account=account,
            purses=[(purse, balances[purse.ledger_account_id]) for purse in purses.get(account.pk, [])],
            held_minor=sum(balances[voucher] for owner, voucher in held if owner == account.pk),
            currency=account.scheme.currency,
        )
        for account in accounts
    ]
    return sorted(found, key=lambda wallet: -wallet.left_minor)


def chosen(found: list[Wallet], wanted: str) -> Wallet | None:
    """The wallet that was asked for by its account's id, else the first."""
    by_id: dict[UUID | str, Wallet] = {str(wallet.account.pk): wallet for wallet in found}
    return by_id.get(wanted) or (found[0] if found else None)
