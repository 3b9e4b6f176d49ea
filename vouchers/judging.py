"""Judging: what has to be true of a voucher before anything is done with it."""

from __future__ import annotations

from config.refusals import Refusal
from vouchers import errors
from vouchers.models import Control, State, Voucher


def judge(voucher: Voucher | None, *states: State) -> Voucher | Refusal:
    """The voucher, if it exists, is clear, and is in one of `states`; otherwise the first reason why not."""
    if voucher is None:
        return errors.VoucherNotFound(field="voucher")
    if voucher.control != Control.CLEAR:
        return errors.VoucherUnderReview(field="voucher")
    if voucher.state not in states:
        return errors.WrongState(field="voucher", state=voucher.get_state_display())
    return voucher
