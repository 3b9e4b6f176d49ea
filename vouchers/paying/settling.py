"""Settling: what the bank says of payouts, and what follows: they are paid, or come back and are owed again."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from uuid import UUID

from django.db import models, transaction
from django.utils.translation import gettext_lazy as _

import ledger
from accounts.models import Scheme
from config.bulk import write_back
from ledger import Actor, NewAccount, Transfer
from ledger.models import Transfer as PostedTransfer
from payments import bank_answers, bank_files
from payments.bank_answers import Answer, Said
from vouchers import events
from vouchers.models import Payable
from vouchers.paying.approving import end
from vouchers.payouts import Payout, PayoutLine, PayoutRun, PayoutState, RunState


class Problem(models.TextChoices):
    """Why nothing followed from something that a bank said. A person has to look at it."""

    UNKNOWN = "unknown", _("It is about none of our payouts")
    AMOUNT = "amount", _("It is of another amount")
    NOT_SENT = "not_sent", _("The payout was never sent")
    CONTRADICTION = "contradiction", _("It says the opposite of an earlier answer")


# From which states of a payout something follows when the bank says so.
_FOLLOWS_FROM = {Said.SETTLED: {PayoutState.SENT}, Said.RETURNED: {PayoutState.SENT, PayoutState.SETTLED}}


@dataclass(slots=True)
class Heard:
    """What followed from a bank's answer, payout by payout; `problems` are what nothing followed from."""

    settled: list[Payout] = field(default_factory=list)
    returned: list[Payout] = field(default_factory=list)
    known_already: int = 0
    problems: list[tuple[Answer, Problem]] = field(default_factory=list)


def hear(answer: bytes, *, actor: Actor, about: Scheme | None = None) -> Heard:
    """Take in a file from the bank: pain.002, camt.053 or camt.054. The same file twice changes nothing.

    With `about`, only payouts of that scheme are known: whoever runs one scheme says nothing of another's.

    A payout that the bank has paid is settled: payable -> bank. One that came back is owed again, bank -> payable if
    it had been settled, and a later run pays it. What is about none of our payouts, is of another amount or about one
    that was never sent, is a problem, and nothing follows from it.

    Refuses `BankFileUnreadable`. Locks the payouts in id order, what is owed, then what `ledger.post` locks, then
    the runs.
    """
    said = _one_by_one(bank_answers.read(answer))
    bank_files.keep_answer(answer)
    heard = Heard()
    # One after the other, because money moves once in a transaction; a worker killed in between begins again.
    _follow([one for one in said if one.said == Said.SETTLED], heard, actor, about)
    _follow([one for one in said if one.said == Said.RETURNED], heard, actor, about)
    return heard


def _follow(answers: Sequence[Answer], heard: Heard, actor: Actor, about: Scheme | None) -> None:
    if not answers:
        return
    with transaction.atomic():
        payouts = Payout.objects.lock_references([one.reference for one in answers])
        fresh: dict[UUID, Answer] = {}
        for one in answers:
            payout = payouts.get(one.reference)
            if payout is None or (about is not None and payout.run.scheme_id != about.pk):
                heard.problems.append((one, Problem.UNKNOWN))
            elif problem := _problem(one, payout):
                heard.problems.append((one, problem))
            elif payout.pk in fresh or payout.state not in _FOLLOWS_FROM[one.said]:
                heard.known_already += 1
            else:
                fresh[payout.pk] = one
        changed = [payout for payout in payouts.values() if payout.pk in fresh]
        if changed:
            payables = _lock_payables(changed)
            if answers[0].said == Said.SETTLED:
                _settle(changed, payables, actor)
                heard.settled += changed
            else:
                _return(changed, fresh, payables, actor)
                heard.returned += changed
            _close({payout.run_id for payout in changed})


def _problem(answer: Answer, payout: Payout) -> Problem | None:
    if answer.amount_minor is not None and (answer.amount_minor, answer.currency) != (
        payout.amount_minor,
        payout.run.currency,
    ):
        return Problem.AMOUNT
    if payout.state in (PayoutState.PREPARED, PayoutState.APPROVED, PayoutState.CANCELLED):
        return Problem.NOT_SENT
    if answer.said == Said.SETTLED and payout.state == PayoutState.RETURNED and payout.settled_at is None:
        return Problem.CONTRADICTION
    return None


def _one_by_one(answers: Sequence[Answer]) -> list[Answer]:
    """What a bank says of a whole file is said of each payout that is in it and still with the bank."""
    files = [one.message_id for one in answers if not one.reference]
    inside: dict[str, list[str]] = defaultdict(list)
    at_bank = Payout.objects.filter(run__message_id__in=files, state=PayoutState.SENT).order_by("pk")
    for message_id, reference in at_bank.values_list("run__message_id", "reference"):
        inside[message_id].append(reference)
    return [
        each
        for one in answers
        for each in (
            [one] if one.reference else [replace(one, reference=reference) for reference in inside[one.message_id]]
        )
    ]


def _lock_payables(payouts: Sequence[Payout]) -> dict[tuple[UUID, UUID], UUID]:
    """The ledger accounts of what is owed, by scheme and provider, locked in id order: sending looks at them."""
    found = Payable.objects.filter(
        provider__in={payout.provider_id for payout in payouts}, scheme__in={payout.run.scheme_id for payout in payouts}
    )
    return {(one.scheme_id, one.provider_id): one.account_id for one in found.select_for_update().order_by("pk")}


def _settle(payouts: Sequence[Payout], payables: dict[tuple[UUID, UUID], UUID], actor: Actor) -> None:
    schemes = {payout.run.scheme_id: payout.run.currency for payout in payouts}
    opened = ledger.open_accounts(
        [NewAccount("bank", currency, False, "scheme", scheme) for scheme, currency in schemes.items()]
    )
    banks = dict(zip(schemes, opened, strict=True))
    now = ledger.now()
    for payout in payouts:
        payout.state, payout.settled_at = PayoutState.SETTLED, now
    write_back(payouts, "state", "settled_at")
    ledger.post(
        [
            Transfer(
                debit=payables[payout.run.scheme_id, payout.provider_id],
                credit=banks[payout.run.scheme_id],
                amount_minor=payout.amount_minor,
                currency=payout.run.currency,
                kind="payout",
                reference=f"payout:{payout.pk}",
                event=events.of_payout(events.PAYOUT_SETTLED, payout, actor, scheme=payout.run.scheme_id),
                journal=payout.pk,
            )
            for payout in payouts
        ]
    )


def _return(
    payouts: Sequence[Payout],
    answers: dict[UUID, Answer],
    payables: dict[tuple[UUID, UUID], UUID],
    actor: Actor,
) -> None:
    """Those that had been settled give their money back; of the others none had left."""
    paid = {
        transfer.reference: transfer
        for transfer in PostedTransfer.objects.filter(reference__in=[f"payout:{payout.pk}" for payout in payouts])
    }
    now, back, told = ledger.now(), [], []
    for payout in payouts:
        payout.state, payout.ended_at, payout.reason = PayoutState.RETURNED, now, answers[payout.pk].reason
        event = events.of_payout(
            events.PAYOUT_RETURNED, payout, actor, scheme=payout.run.scheme_id, reason=payout.reason
        )
        if first := paid.get(f"payout:{payout.pk}"):
            back.append(
                Transfer(
                    debit=first.credit_id,
                    credit=payables[payout.run.scheme_id, payout.provider_id],
                    amount_minor=payout.amount_minor,
                    currency=payout.run.currency,
                    kind="payout_returned",
                    reference=f"payout_returned:{payout.pk}",
                    corrects=first.id,
                    event=event,
                    journal=payout.pk,
                )
            )
        else:
            told.append(event)
    write_back(payouts, "state", "ended_at", "reason")
    PayoutLine.objects.filter(payout__in=[payout.pk for payout in payouts], live=True).update(live=False)
    ledger.post(back, events=told)


def _close(runs: set[UUID]) -> None:
    """Close the runs of which the bank has nothing more to say."""
    for run in PayoutRun.objects.select_for_update().filter(pk__in=runs, state=RunState.SENT).order_by("pk"):
        if not run.payouts.filter(state=PayoutState.SENT).exists():
            end(run, RunState.CLOSED)
