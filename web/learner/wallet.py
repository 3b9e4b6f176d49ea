"""What a learner has: purses with what is in them, and what of their money is set aside."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

import ledger
from accounts.models import Evidence, Learner, LearningAccount, Scheme
from accounts.schemes import current_rules
from accounts.spending import in_order
from accounts.waiting import Place, places
from vouchers.holdings import holdings
from vouchers.models import LIVE, Voucher
from web.learner.purses import Pocket, pocket
from web.learner.saying import Share, shares


@dataclass(frozen=True, slots=True)
class Wallet:
    """One learning account as its learner sees it. Amounts are minor units.

    `held` are the live vouchers that something is set aside in, with how much; `spends` what the scheme pays of which
    courses.
    """

    account: LearningAccount
    purses: list[Pocket]
    held: list[tuple[Voucher, int]]
    currency: str
    spends: list[Share]

    @property
    def award_minor(self) -> int:
        """What the scheme filled those purses with that can be spent now."""
        return sum(pocket.purse.amount_minor for pocket in self.purses if pocket.purse.award)

    @property
    def left_minor(self) -> int:
        return sum(pocket.left_minor for pocket in self.purses)

    @property
    def for_courses_minor(self) -> int:
        """What of it pays for courses, and not only for what comes with one."""
        return sum(pocket.left_minor for pocket in self.purses if pocket.pays_courses)

    @property
    def held_minor(self) -> int:
        return sum(amount for _voucher, amount in self.held)

    @property
    def until(self) -> dt.date | None:
        """The day on which the next money expires."""
        days = [pocket.purse.expires_on for pocket in self.filled if not pocket.purse.never_expires]
        return min(days, default=None)

    @property
    def one_day(self) -> bool:
        """Whether all of it lasts until that same day."""
        return len({pocket.purse.expires_on for pocket in self.filled}) == 1

    @property
    def filled(self) -> list[Pocket]:
        return [pocket for pocket in self.purses if pocket.left_minor]

    @property
    def parts(self) -> list[tuple[str, int]]:
        """The bar: each purse that has something in it, and what is set aside."""
        return [*((pocket.colour, pocket.left_minor) for pocket in self.filled), ("held", self.held_minor)]


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
                pocket(held[account.pk].purses[contents.purse], contents, account.scheme)
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


def in_line(found: Sequence[Wallet]) -> list[tuple[Scheme, Place]]:
    """Where the learner waits for an award that there is no money for yet."""
    standing = places([wallet.account.pk for wallet in found])
    return [(wallet.account.scheme, place) for wallet in found for place in standing.get(wallet.account.pk, [])]
