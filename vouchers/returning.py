"""Returning: what would go back where if a voucher ended now. Reads alone; `vouchers.ending` moves it."""

from __future__ import annotations

from dataclasses import dataclass

import ledger
from accounts.purses import takes_back
from vouchers.models import Voucher
from vouchers.shares import still_to_return


@dataclass(frozen=True, slots=True)
class Returns:
    """Minor units of the voucher's currency: to the learner's account, to where money goes whose purse's time is over,
    and to their card."""

    to_account_minor: int
    to_scheme_minor: int
    to_card_minor: int


def would_return(voucher: Voucher) -> Returns:
    """What is in the voucher, by where it would go today, as `ending.closing` divides it. Three queries."""
    fundings = list(
        voucher.fundings.select_related("purse__learning_account__scheme", "purse__award__rule_version").order_by("id")
    )
    left, today = ledger.balances([voucher.account_id])[voucher.account_id], ledger.today()
    shares = still_to_return(left, [one.amount_minor for one in fundings], [one.returned_minor for one in fundings])
    back = list(zip(fundings, shares, strict=True))
    return Returns(
        to_account_minor=sum(share for one, share in back if one.purse and takes_back(one.purse, today)),
        to_scheme_minor=sum(share for one, share in back if one.purse and not takes_back(one.purse, today)),
        to_card_minor=sum(share for one, share in back if one.purse is None),
    )
