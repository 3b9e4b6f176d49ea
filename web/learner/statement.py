"""The learner's statement: every movement of their money, in words."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.models import Learner, Purse, Scheme, Sponsor
from brokerage.models import Representative
from ledger import proofs, statements
from ledger.statements import CursorUnknown, Entry
from vouchers.models import Voucher
from web import paper
from web.learner.access import Whose, for_whoever_is_there, refuse

A_PAGE = 25


@dataclass(frozen=True, slots=True)
class Mine:
    """What a learner's ledger accounts are: whose scheme each purse is of, and which voucher each other one.

    `sponsors` are those who put money into the purses, by each of their own ledger accounts; `accounts` the learning
    account of each purse.
    """

    purses: dict[UUID, Scheme] = field(default_factory=dict)
    vouchers: dict[UUID, Voucher] = field(default_factory=dict)
    sponsors: dict[UUID, Sponsor] = field(default_factory=dict)
    accounts: dict[UUID, UUID] = field(default_factory=dict)

    @classmethod
    def of_learner(cls, learner: Learner) -> Mine:
        """Every purse and voucher of a learner. Two queries."""
        purses = Purse.objects.filter(learning_account__learner=learner).select_related(
            "learning_account__scheme", "top_up__sponsor"
        )
        vouchers = Voucher.objects.of_learner(learner).select_related(
            "run__course__provider", "learning_account__scheme", "request__wanted_by__user"
        )
        return cls(
            {purse.ledger_account_id: purse.learning_account.scheme for purse in purses},
            {voucher.account_id: voucher for voucher in vouchers},
            _sponsors(purses),
            {purse.ledger_account_id: purse.learning_account_id for purse in purses},
        )

    @classmethod
    def of_voucher(cls, voucher: Voucher, purses: Iterable[Purse] = ()) -> Mine:
        """One voucher alone, read with its run's course and provider and its scheme, and the purses that pay it."""
        return cls(vouchers={voucher.account_id: voucher}, sponsors=_sponsors(purses))


def _sponsors(purses: Iterable[Purse]) -> dict[UUID, Sponsor]:
    filled = [purse.top_up.sponsor for purse in purses if purse.top_up]
    return {account: sponsor for sponsor in filled for account in (sponsor.account_id, sponsor.suspense_id)}


@dataclass(frozen=True, slots=True)
class Movement:
    """One transfer as its learner sees it. Amounts are minor units, negative for what left the account or, where the
    account had no part in it, the voucher; the balances are after it, None where it did not touch the account or the
    voucher. `leaf` is its place in the sealed log, None until it is sealed. `account` is the learning account."""

    entry: Entry
    words: str
    currency: str
    amount_minor: int
    scheme: Scheme
    voucher: Voucher | None
    purse_after_minor: int | None
    voucher_after_minor: int | None
    leaf: int | None
    account: UUID | None = None


@require_safe
@for_whoever_is_there
def statement(request: HttpRequest, whose_pages: Whose) -> HttpResponse:
    """Purses and vouchers together, newest first. A fixed number of queries, however long the history is."""
    learner = whose_pages.learner
    whose = Mine.of_learner(learner)
    try:
        page = statements.page([*whose.purses, *whose.vouchers], after=request.GET.get("after") or None, limit=A_PAGE)
    except CursorUnknown as refusal:
        refuse(request, refusal)
        return redirect("learner:statement")
    context = {
        "learner": learner,
        "lines": movements(page.entries, whose),
        "next": page.next,
        "later": "after" in request.GET,
        "paper": paper.available(),
    }
    return render(request, "learner/statement.html", context)


def movements(entries: Sequence[Entry], whose: Mine) -> list[Movement]:
    """The entries as movements, in their order: the two sides of a transfer between the learner's own are one.

    One query.
    """
    leaves = proofs.places([entry.transfer_id for entry in entries])
    grouped = itertools.groupby(entries, key=lambda entry: entry.transfer_id)
    return [_movement(list(sides), whose, leaves.get(transfer)) for transfer, sides in grouped]


def _movement(sides: list[Entry], whose: Mine, leaf: int | None) -> Movement:
    purse_side = next((side for side in sides if side.account_id in whose.purses), None)
    voucher_side = next((side for side in sides if side.account_id in whose.vouchers), None)
    shown = purse_side or voucher_side or sides[0]
    voucher = whose.vouchers[voucher_side.account_id] if voucher_side else None
    scheme = voucher.learning_account.scheme if voucher else whose.purses[shown.account_id]
    return Movement(
        entry=shown,
        words=_words(shown, voucher, scheme, _sponsor(shown, whose)),
        currency=scheme.currency,
        amount_minor=shown.amount_minor,
        scheme=scheme,
        voucher=voucher,
        purse_after_minor=purse_side.after_minor if purse_side else None,
        voucher_after_minor=voucher_side.after_minor if voucher_side else None,
        leaf=leaf,
        account=voucher.learning_account_id if voucher else whose.accounts[shown.account_id],
    )


def _sponsor(entry: Entry, whose: Mine) -> Sponsor | None:
    """The sponsor on the other side of an entry, or on this one."""
    return whose.sponsors.get(entry.counter_account_id) or whose.sponsors.get(entry.account_id)


def _words(entry: Entry, voucher: Voucher | None, scheme: Scheme, sponsor: Sponsor | None) -> str:
    words = {
        "top_up": _("{sponsor} put it into your account"),
        "award": _("{funder} put it into your account"),
        "reservation": _("{name}, who acts for you, bought it: set aside for {course}")
        if (by := bought_by(voucher))
        else _("Set aside for {course}"),
        "copayment": _("You paid your share of {course} by card"),
        "redemption": _("Paid to {provider} for {course}"),
        "redemption_reversed": _("{provider} gave a payment for {course} back"),
        "redemption_taken_back": _("Taken back from {provider}: {course} was not you"),
        "made_good": _("{scheme} put back what {provider} had been paid for {course}"),
        "voucher_returned": _returned(entry, scheme, sponsor),
        "purse_expired": _("Went back to {sponsor}, because its time was over")
        if sponsor
        else _("Went back to {scheme}, because its time was over"),
    }
    course = voucher.run.course if voucher else None
    return words.get(entry.kind, _("Another movement: {kind}")).format(
        kind=entry.kind,
        name=by.name if by else "",
        scheme=scheme.name,
        funder=scheme.funder_name,
        sponsor=sponsor.name if sponsor else "",
        course=course.title if course else "",
        provider=course.provider.name if course else "",
    )


def bought_by(voucher: Voucher | None) -> Representative | None:
    """Who chose to buy it on the learner's behalf. A query each, where the request was not read with it."""
    asked = getattr(voucher, "request", None)
    return asked.wanted_by if asked else None


def _returned(entry: Entry, scheme: Scheme, sponsor: Sponsor | None) -> str:
    """Where it went that a voucher gave back: the account, the learner's card, or whose money's time was over."""
    if sponsor:
        return _("Went back from {course} to {sponsor}, because its time was over")
    if scheme.refund_due_id in (entry.account_id, entry.counter_account_id):
        return _("On its way back to your card, from {course}")
    if scheme.pot_id in (entry.account_id, entry.counter_account_id):
        return _("Went back from {course} to {scheme}, because your account's time was over")
    return _("Came back from {course}")
