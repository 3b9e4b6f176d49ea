"""What a learner has: purses with what is in them, and what of their money is set aside."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from uuid import UUID

import ledger
from accounts.entitling import NEVER
from accounts.models import Evidence, Learner, LearningAccount, Purse
from accounts.schemes import current_rules
from accounts.spending import in_order
from vouchers.holdings import holdings
from vouchers.models import LIVE, Voucher
from web.learner.saying import Share, shares


@dataclass(frozen=True, slots=True)
class Wallet:
    """One learning account as its learner sees it. Amounts are minor units.

    `held` are the live vouchers that something is set aside in, with how much; `spends` what the scheme pays of which
    courses.
    """

    account: LearningAccount
    purses: list[tuple[Purse, int]]
    held: list[tuple[Voucher, int]]
    currency: str
    spends: list[Share]

    @property
    def award_minor(self) -> int:
        """What the purses that can be spent now were filled with."""
        return sum(purse.amount_minor for purse, _left in self.purses)

    @property
    def left_minor(self) -> int:
        return sum(left for _purse, left in self.purses)

    @property
    def held_minor(self) -> int:
        return sum(amount for _voucher, amount in self.held)

    @property
    def until(self) -> dt.date | None:
        """The day on which the next money expires."""
        days = [purse.expires_on for purse, left in self.purses if left and purse.expires_on != NEVER]
        return min(days, default=None)


def wallets(learner: Learner) -> list[Wallet]:
    """The learner's accounts, the fullest first. A fixed number of queries."""
    today = ledger.today()
    accounts = list(LearningAccount.objects.filter(learner=learner).select_related("scheme", "learner"))
    held = holdings([account.pk for account in accounts], today)
    live = list(Voucher.objects.of_learner(learner).filter(state__in=LIVE).select_related("run__course"))
    balances = ledger.balances([voucher.account_id for voucher in live])
    versions = current_rules({account.scheme_id for account in accounts}, today)
    proven = Evidence.objects.proven([learner.pk], [version.parsed for version in versions.values()])
    person = learner.circumstances(proven.get(learner.pk))
    found = [
        Wallet(
            account=account,
            purses=[
                (held[account.pk].purses[contents.purse], contents.left_minor)
                for contents in in_order(held[account.pk].contents)
            ],
            held=[
                (voucher, balances[voucher.account_id])
                for voucher in live
                if voucher.learning_account_id == account.pk and balances[voucher.account_id]
            ],
            currency=account.scheme.currency,
            spends=shares(versions[account.scheme_id].parsed, person, held[account.pk].contents, today)
            if account.scheme_id in versions
            else [],
        )
        for account in accounts
    ]
    return sorted(found, key=lambda wallet: (-wallet.left_minor, wallet.account.opened_at))


def chosen(found: list[Wallet], wanted: str) -> Wallet | None:
    """The wallet that was asked for by its account's id, else the first."""
    by_id: dict[UUID | str, Wallet] = {str(wallet.account.pk): wallet for wallet in found}
    return by_id.get(wanted) or (found[0] if found else None)
