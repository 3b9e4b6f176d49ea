"""Making good: a voucher that its learner never asked for ends, and all of its money goes back where it came from.

What the provider was not paid yet is taken back from what it is owed. For what is with the bank the scheme stands in at
once, out of its loss, so that the learner waits for nobody; whether the provider gives it back is decided afterwards.
"""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from django.db.models import Exists, OuterRef, QuerySet

import ledger
from ledger import Actor, Event, Transfer
from ledger.models import Transfer as PostedTransfer
from vouchers import events
from vouchers.ending import Ending, close
from vouchers.issuing import parties
from vouchers.losses import loss_of
from vouchers.models import Case, MadeGood, Outcome, PayoutLine, Redemption, State, Voucher
from vouchers.payouts import AT_THE_BANK


def was_paid(vouchers: Sequence[Voucher]) -> bool:
    """Whether something that stands redeemed of these locked vouchers is with the bank."""
    return _at_bank(vouchers).exists()


def undo(vouchers: Sequence[Voucher], case: Case, *, happened: Sequence[Event], actor: Actor) -> None:
    """Close these locked vouchers as not asked for; for what is with the bank, the scheme stands in.

    Each source has back what it put in, to the penny. `happened` are the events of the decision. Locks what
    `ledger.post` locks, and posts.
    """
    standing = list(Redemption.objects.live().filter(voucher__in=vouchers).order_by("id"))
    at_bank = set(_at_bank(vouchers).values_list("pk", flat=True))
    paid = [redemption for redemption in standing if redemption.pk in at_bank]
    unpaid = [redemption for redemption in standing if redemption.pk not in at_bank]
    by_id = {voucher.pk: voucher for voucher in vouchers}
    posted = _posted(standing)
    loss = loss_of(case.scheme) if paid else None
    now = ledger.now()
    Redemption.objects.filter(pk__in=[redemption.pk for redemption in unpaid]).update(reversed_at=now)
    MadeGood.objects.bulk_create(
        MadeGood(case=case, redemption=redemption, amount_minor=redemption.amount_minor, made_at=now)
        for redemption in paid
    )
    first = []
    for redemption in standing:
        voucher, moved = by_id[redemption.voucher_id], posted[redemption.pk]
        if loss and redemption.pk in at_bank:
            debit, kind, happening = loss, "made_good", events.MADE_GOOD
        else:
            debit, kind, happening = moved.credit_id, "redemption_taken_back", events.TAKEN_BACK
        first.append(
            Transfer(
                debit=debit,
                credit=voucher.account_id,
                amount_minor=redemption.amount_minor,
                currency=voucher.currency,
                kind=kind,
                reference=f"{kind}:{redemption.pk}",
                corrects=moved.pk,
                event=_event(happening, redemption, voucher, case, actor),
            )
        )
    endings = [Ending(voucher, State(voucher.state), Outcome.DISOWNED) for voucher in vouchers]
    if not endings:
        ledger.record(*happened)
    close(endings, actor=actor, first=first, happened=happened)


def claw_back(case: Case, *, happened: Sequence[Event], actor: Actor) -> int:
    """Take from what the providers are owed what the scheme had stood in for; how much, in minor units.

    What a provider is owed may be less than nothing afterwards: its next payouts are that much less. The vouchers are
    locked. Locks what `ledger.post` locks, and posts.
    """
    good = [each.redemption for each in _made_good(case)]
    posted, loss = _posted(good), loss_of(case.scheme)
    Redemption.objects.filter(pk__in=[redemption.pk for redemption in good]).update(reversed_at=ledger.now())
    ledger.post(
        [
            Transfer(
                debit=posted[redemption.pk].credit_id,
                credit=loss,
                amount_minor=redemption.amount_minor,
                currency=redemption.voucher.currency,
                kind="clawback",
                reference=f"clawback:{redemption.pk}",
                corrects=posted[redemption.pk].pk,
                event=_event(events.CLAWED_BACK, redemption, redemption.voucher, case, actor),
            )
            for redemption in good
        ],
        events=happened,
    )
    return sum(redemption.amount_minor for redemption in good)


def stood_in_minor(case: Case) -> int:
    """What the scheme made good in a case, in minor units of its currency."""
    return sum(each.amount_minor for each in _made_good(case))


def _at_bank(vouchers: Sequence[Voucher]) -> QuerySet[Redemption]:
    lines = PayoutLine.objects.filter(live=True, payout__state__in=AT_THE_BANK, redemption=OuterRef("pk"))
    return Redemption.objects.live().filter(Exists(lines), voucher__in=vouchers)


def _made_good(case: Case) -> list[MadeGood]:
    made = case.made_good.select_related("redemption__voucher__learning_account")
    return list(made.order_by("redemption_id"))


def _posted(redemptions: Sequence[Redemption]) -> dict[UUID, PostedTransfer]:
    """The transfer of each redemption."""
    references = {f"redemption:{redemption.pk}": redemption.pk for redemption in redemptions}
    return {references[found.reference]: found for found in PostedTransfer.objects.filter(reference__in=references)}


def _event(kind: ledger.EventKind, redemption: Redemption, voucher: Voucher, case: Case, actor: Actor) -> Event:
    return kind.by(
        actor,
        subject=voucher.subject,
        redemption=redemption.pk,
        case=case.pk,
        amount_minor=redemption.amount_minor,
        **parties(voucher),
    )
