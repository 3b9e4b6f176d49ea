"""What a learner has: purses with what is in them, and what of their money is set aside."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from uuid import UUID

import ledger
from accounts.models import Learner, LearningAccount, Purse
from accounts.schemes import current_rules
from vouchers.models import LIVE, Voucher
from web.learner.saying import Share, shares


@dataclass(frozen=True, slots=True)
class Wallet:
    """One learning account as its learner sees it. Amounts are minor units.

    `held` are the live vouchers that something is set aside in, with how much; `spends` what the scheme pays of which
    courses, `award_minor` how much it gives.
    """

    account: LearningAccount
    purses: list[tuple[Purse, int]]
    held: list[tuple[Voucher, int]]
    currency: str
    spends: list[Share]
    award_minor: int

    @property
    def left_minor(self) -> int:
        return sum(left for _purse, left in self.purses)

    @property
    def held_minor(self) -> int:
        return sum(amount for _voucher, amount in self.held)

    @property
    def until(self) -> dt.date | None:
        """The day on which the next money expires."""
        return min((purse.expires_on for purse, left in self.purses if left), default=None)


def wallets(learner: Learner) -> list[Wallet]:
    """The learner's accounts, the fullest first. A fixed number of queries."""
    today = ledger.today()
    accounts = list(LearningAccount.objects.filter(learner=learner).select_related("scheme", "learner"))
    purses = Purse.objects.spendable_by([account.pk for account in accounts], today)
    live = list(Voucher.objects.of_learner(learner).filter(state__in=LIVE).select_related("run__course"))
    balances = ledger.balances(
        [purse.ledger_account_id for several in purses.values() for purse in several]
        + [voucher.account_id for voucher in live]
    )
    versions = current_rules({account.scheme_id for account in accounts}, today)
    found = [
        Wallet(
            account=account,
            purses=[(purse, balances[purse.ledger_account_id]) for purse in purses.get(account.pk, [])],
            held=[
                (voucher, balances[voucher.account_id])
                for voucher in live
                if voucher.learning_account_id == account.pk and balances[voucher.account_id]
            ],
            currency=account.scheme.currency,
            spends=shares(versions[account.scheme_id].parsed, learner) if account.scheme_id in versions else [],
            award_minor=versions[account.scheme_id].parsed.award.amount_minor if account.scheme_id in versions else 0,
        )
        for account in accounts
    ]
    return sorted(found, key=lambda wallet: (-wallet.left_minor, wallet.account.opened_at))


def chosen(found: list[Wallet], wanted: str) -> Wallet | None:
    """The wallet that was asked for by its account's id, else the first."""
    by_id: dict[UUID | str, Wallet] = {str(wallet.account.pk): wallet for wallet in found}
    return by_id.get(wanted) or (found[0] if found else None)
