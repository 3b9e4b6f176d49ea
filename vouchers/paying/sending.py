"""Sending: an approved run goes to the bank, with what may no longer be paid taken out at the last moment."""

from __future__ import annotations

from collections import defaultdict
from uuid import UUID

from django.conf import settings
from django.db import connection, transaction
from django.db.models import Sum

import ledger
from accounts.models import Scheme
from config.bulk import write_back
from ledger import Actor
from payments import bank_files
from payments.bank_files import Debtor, Order
from providers.models import Provider
from vouchers import errors, events
from vouchers.models import Control, Payable, Voucher
from vouchers.paying import owed
from vouchers.paying.approving import drop, end, lock_payouts, lock_run
from vouchers.payouts import Payout, PayoutLine, PayoutRun, PayoutState, Reason, RunState


def send(run: UUID, *, actor: Actor) -> PayoutRun:
    """Hand an approved run to the bank. Money moves in the ledger when the bank says that it paid.

    Under lock, each line is judged again: what was frozen, put under review or given back meanwhile is left out, and
    a payout is cancelled whose provider was stopped, whose bank account is another one by now, or that is more than
    the ledger says is owed. Both go into a later run. When nothing is left, the run is cancelled.

    Refuses `PayoutRunNotFound`, `PayoutRunState`, `NoAccountToPayFrom`.
    Locks the run's vouchers in id order, the run, its payouts, their providers, and what is owed to them.
    """
    with transaction.atomic():
        Voucher.objects.lock_ids(_vouchers(run))
        found = lock_run(run, RunState.APPROVED)
        debtor(found.scheme)
        payouts = {payout.pk: payout for payout in lock_payouts(found)}
        cancelled = _judge_payouts(found, payouts)
        left_out = _judge_lines(found)
        for payout in payouts.values():
            gone = left_out.get(payout.pk, {})
            rest = payout.amount_minor - sum(amount for amount, _reason in gone.values())
            if payout.pk not in cancelled and rest <= 0:
                # Its lines stay as they were: it says of itself what it was to pay, and why it does not.
                cancelled[payout.pk] = next(iter(gone.values()))[1]
            elif payout.pk not in cancelled:
                payout.amount_minor = rest
        _check_what_is_owed(found, payouts, cancelled)
        sent = [payout for payout in payouts.values() if payout.pk not in cancelled]
        _leave_out({line: why for p in sent for line, (_amount, why) in left_out.get(p.pk, {}).items()})
        drop([(payouts[pk], reason) for pk, reason in cancelled.items()], found, actor)
        _hand_over(found, sent, actor)
    return found


def file(run: PayoutRun) -> bytes:
    """The file that the bank takes, ISO 20022 pain.001: the same however often it is asked for.

    Refuses `PayoutRunState` unless the run was sent, `NoAccountToPayFrom`.
    """
    if run.state not in (RunState.SENT, RunState.CLOSED):
        raise errors.PayoutRunState(state=run.get_state_display())
    assert run.sent_at is not None
    orders = [
        Order(payout.reference, payout.holder, payout.iban, payout.bic, payout.amount_minor, run.scheme.name)
        for payout in run.payouts.exclude(state=PayoutState.CANCELLED).order_by("pk")
    ]
    return bank_files.write(run.message_id, debtor(run.scheme), orders, currency=run.currency, made_at=run.sent_at)


def debtor(scheme: Scheme) -> Debtor:
    """The account that the scheme pays from: its own in the settings, or the one for its currency.

    Refuses `NoAccountToPayFrom`.
    """
    accounts = settings.PAYOUT_ACCOUNTS
    found = accounts.get(scheme.slug) or accounts.get(scheme.currency)
    if found is None or scheme.currency not in bank_files.CURRENCIES:
        raise errors.NoAccountToPayFrom(scheme=scheme.name)
    return Debtor(scheme.funder_name, found["iban"], found.get("bic", ""))


def _vouchers(run: UUID) -> list[UUID]:
    lines = PayoutLine.objects.filter(payout__run=run, live=True)
    return list(lines.order_by().values_list("redemption__voucher", flat=True).distinct())


def _judge_payouts(run: PayoutRun, payouts: dict[UUID, Payout]) -> dict[UUID, Reason]:
    """Which of them cannot be paid at all any more, and why."""
    wanted = [payout.provider_id for payout in payouts.values()]
    providers = list(Provider.objects.select_for_update(no_key=True).filter(pk__in=wanted).order_by("pk"))
    reasons, accounts = owed.not_payable(providers)
    found = {}
    for payout in payouts.values():
        if reason := reasons.get(payout.provider_id):
            found[payout.pk] = reason
        elif accounts[payout.provider_id].iban != payout.iban:
            found[payout.pk] = Reason.ACCOUNT_CHANGED
    return found


def _judge_lines(run: PayoutRun) -> dict[UUID, dict[UUID, tuple[int, Reason]]]:
    """By payout, the lines that are not to be paid any more, each with its amount and why."""
    found: dict[UUID, dict[UUID, tuple[int, Reason]]] = defaultdict(dict)
    with connection.cursor() as cursor:
        cursor.execute(_LINES, [run.pk])
        for line, payout, amount_minor, still_owed, control in cursor.fetchall():
            if not still_owed:
                found[payout][line] = amount_minor, Reason.GIVEN_BACK
            elif amount_minor > 0 and control != Control.CLEAR:
                reason = Reason.FROZEN if control == Control.FROZEN else Reason.UNDER_REVIEW
                found[payout][line] = amount_minor, reason
    return found


def _check_what_is_owed(run: PayoutRun, payouts: dict[UUID, Payout], cancelled: dict[UUID, Reason]) -> None:
    """Cancel what is more than the ledger says is owed less what is with the bank already: the last wall.

    It is met when something that had been paid was given back after the run was prepared.
    """
    wanted = [payout.provider_id for payout in payouts.values()]
    payables = dict(
        Payable.objects.select_for_update()
        .filter(scheme=run.scheme_id, provider__in=wanted)
        .order_by("pk")
        .values_list("provider_id", "account_id")
    )
    at_bank = dict(
        Payout.objects.filter(run__scheme=run.scheme_id, state=PayoutState.SENT, provider__in=wanted)
        .order_by()
        .values_list("provider_id")
        .annotate(total=Sum("amount_minor"))
    )
    balances = ledger.balances(payables.values())
    for payout in payouts.values():
        is_owed = balances[payables[payout.provider_id]] - at_bank.get(payout.provider_id, 0)
        if payout.pk not in cancelled and payout.amount_minor > is_owed:
            cancelled[payout.pk] = Reason.NOTHING_OWED


def _leave_out(lines: dict[UUID, Reason]) -> None:
    found = list(PayoutLine.objects.filter(pk__in=lines))
    for line in found:
        line.live, line.left_out = False, lines[line.pk]
    write_back(found, "live", "left_out")


def _hand_over(run: PayoutRun, sent: list[Payout], actor: Actor) -> None:
    if not sent:
        end(run, RunState.CANCELLED)
        ledger.record(events.RUN_CANCELLED.by(actor, subject=run.subject, scheme=run.scheme_id))
        return
    for payout in sent:
        payout.state = PayoutState.SENT
    write_back(sent, "state", "amount_minor")
    run.state, run.sent_at = RunState.SENT, ledger.now()
    run.save(update_fields=["state", "sent_at"])
    ledger.record(
        *(events.of_payout(events.PAYOUT_SENT, payout, actor, scheme=run.scheme_id) for payout in sent),
        events.RUN_SENT.by(
            actor,
            subject=run.subject,
            scheme=run.scheme_id,
            payouts=len(sent),
            amount_minor=sum(payout.amount_minor for payout in sent),
        ),
    )


# What is still owed for a line's redemption is what stands less its other live lines.
_LINES = """
    SELECT line.id, line.payout_id, line.amount_minor,
        line.amount_minor = CASE WHEN redemption.reversed_at IS NULL THEN redemption.amount_minor ELSE 0 END
            - coalesce((SELECT sum(other.amount_minor) FROM vouchers_payoutline other
                        WHERE other.redemption_id = line.redemption_id AND other.live AND other.id <> line.id), 0),
        voucher.control
    FROM vouchers_payoutline line
    JOIN vouchers_payout payout ON payout.id = line.payout_id
    JOIN vouchers_redemption redemption ON redemption.id = line.redemption_id
    JOIN vouchers_voucher voucher ON voucher.id = redemption.voucher_id
    WHERE payout.run_id = %s AND line.live
    ORDER BY line.id
"""
