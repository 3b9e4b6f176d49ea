"""Preparing: what a scheme owes its providers becomes a run of payouts, which another person approves."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from uuid import UUID

from django.db import transaction

import ledger
from accounts.models import Scheme, User
from config.ids import uuid7
from config.walls import walled_by
from ledger import Actor
from providers.models import BankAccount, Provider
from vouchers import errors, events
from vouchers.models import Voucher
from vouchers.paying import owed
from vouchers.paying.owed import Item
from vouchers.payouts import LeftOut, Payout, PayoutLine, PayoutRun, Reason


@dataclass(slots=True)
class _Share:
    """One provider's part of a run: what is paid, and what is left out for which reason."""

    paid: list[Item] = field(default_factory=list)
    left_out: dict[Reason, list[Item]] = field(default_factory=lambda: defaultdict(list))

    @property
    def amount_minor(self) -> int:
        return sum(item.owed_minor for item in self.paid)


def prepare(scheme: Scheme, *, by: User, actor: Actor) -> PayoutRun:
    """A run that pays everything the scheme owes and may pay: one payout a provider, to its bank account in force.

    What is frozen or under review, and providers that are suspended, removed or without a bank account, are left out
    and noted with the reason. What was given back after it had been paid is taken off; a provider of whom nothing is
    left after that is left out, too. Nothing moves yet.

    Refuses `PayoutRunOpen` while another run of the scheme is not sent, `NothingToPay`.
    Locks the vouchers of which something is owed, in id order, then their providers.
    """
    with transaction.atomic():
        if PayoutRun.objects.open().filter(scheme=scheme).exists():
            raise errors.PayoutRunOpen()
        held = Voucher.objects.lock_ids(owed.vouchers_with_money(scheme))
        # Another statement: what is claimed has to be as it is once the vouchers are held.
        items = owed.items(scheme, held)
        providers = _lock(items)
        reasons, accounts = owed.not_payable(list(providers.values()))
        shares = _shares(items, reasons)
        if not any(share.paid for share in shares.values()):
            raise errors.NothingToPay()
        run = PayoutRun(id=uuid7(), scheme=scheme, currency=scheme.currency, prepared_by=by, prepared_at=ledger.now())
        with walled_by({"one_open_payout_run_a_scheme": errors.PayoutRunOpen()}, savepoint=False):
            run.save(force_insert=True)
        payouts = _store(run, shares, accounts)
        ledger.record(
            *(events.of_payout(events.PAYOUT_PREPARED, payout, actor, scheme=scheme.pk) for payout in payouts),
            events.RUN_PREPARED.by(
                actor,
                subject=run.subject,
                scheme=scheme.pk,
                payouts=len(payouts),
                amount_minor=sum(payout.amount_minor for payout in payouts),
            ),
        )
    return run


@dataclass(frozen=True, slots=True)
class Outlook:
    """What a run prepared now would pay, to how many providers, and what it would leave out, by reason."""

    amount_minor: int
    providers: int
    left_out: dict[Reason, int]


def outlook(scheme: Scheme) -> Outlook:
    """As `prepare` would judge at this moment. Three queries."""
    items = owed.items(scheme)
    reasons, _accounts = owed.not_payable(list(Provider.objects.filter(pk__in={item.provider for item in items})))
    shares = _shares(items, reasons)
    left_out: dict[Reason, int] = defaultdict(int)
    for share in shares.values():
        for reason, some in share.left_out.items():
            left_out[reason] += sum(item.owed_minor for item in some)
    return Outlook(
        amount_minor=sum(share.amount_minor for share in shares.values()),
        providers=sum(bool(share.paid) for share in shares.values()),
        left_out=dict(left_out),
    )


def _lock(items: Sequence[Item]) -> dict[UUID, Provider]:
    """The providers of these, locked in id order: one that is being suspended at this moment is waited for."""
    wanted = {item.provider for item in items}
    found = Provider.objects.select_for_update(no_key=True).filter(pk__in=wanted).order_by("pk")
    return {provider.pk: provider for provider in found}


def _shares(items: Sequence[Item], reasons: dict[UUID, Reason]) -> dict[UUID, _Share]:
    shares: dict[UUID, _Share] = defaultdict(_Share)
    for item in items:
        share, reason = shares[item.provider], reasons.get(item.provider) or item.held
        (share.left_out[reason] if reason else share.paid).append(item)
    for share in shares.values():
        if share.paid and share.amount_minor <= 0:
            share.left_out[Reason.NOTHING_OWED], share.paid = share.paid, []
    return shares


def _store(run: PayoutRun, shares: dict[UUID, _Share], accounts: dict[UUID, BankAccount]) -> list[Payout]:
    payouts, lines, left_out = [], [], []
    for provider, share in shares.items():
        if share.paid:
            account = accounts[provider]
            payout = Payout(
                run=run,
                provider_id=provider,
                amount_minor=share.amount_minor,
                holder=account.holder,
                iban=account.iban,
                bic=account.bic,
            )
            payouts.append(payout)
            lines += [
                PayoutLine(
                    payout=payout,
                    redemption_id=item.redemption,
                    amount_minor=item.owed_minor,
                    clawback=item.owed_minor < 0,
                )
                for item in share.paid
            ]
        left_out += [
            LeftOut(
                run=run,
                provider_id=provider,
                reason=reason,
                redemptions=len(items),
                amount_minor=sum(item.owed_minor for item in items),
            )
            for reason, items in share.left_out.items()
        ]
    Payout.objects.bulk_create(payouts)
    with walled_by({"one_live_payout_line_a_redemption": errors.PayoutRunOpen()}, savepoint=False):
        PayoutLine.objects.bulk_create(lines, batch_size=2000)
    LeftOut.objects.bulk_create(left_out)
    return payouts
