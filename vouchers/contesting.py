"""Contesting: the learner says that something was not them. It stops at once, and somebody looks into it."""

from __future__ import annotations

from uuid import UUID

from django.db import transaction
from django.db.models import Q

import ledger
from accounts import freezing
from accounts.models import Learner, LearningAccount
from config.walls import walled_by
from ledger import Actor, Event
from ledger.models import Transfer
from vouchers import control, errors, events
from vouchers.cases import ANSWER_WITHIN, CaseAbout, CaseKind, CaseOutcome, CaseQuerySet, CaseState
from vouchers.models import CardHold, Case, Control, MilestoneState, Voucher

# What each kind of case does to a voucher while it is open.
HOLDS = {CaseKind.NOT_ME: Control.FROZEN, CaseKind.DISPUTE: Control.UNDER_REVIEW}


def not_me(voucher: UUID, *, learner: Learner, transfer: UUID | None = None, actor: Actor) -> Case:
    """The learner did not ask for this voucher, or not for what happened to it: it is frozen, and a case opened.

    Pressed again, the same case, until it is settled; after it was upheld, always. `transfer` is the movement that was
    pressed, of this voucher. Nothing moves, and nothing is decided. Refuses `VoucherNotFound`, also for a movement that
    is not the voucher's. Locks the voucher.
    """
    with transaction.atomic():
        found = Voucher.objects.of_learner(learner).lock_ids([voucher]).get(voucher)
        if found is None or not _is_of(found, transfer):
            raise errors.VoucherNotFound()
        if earlier := _earlier(Case.objects.filter(voucher=found, kind=CaseKind.NOT_ME)):
            return earlier
        case = opened(
            CaseKind.NOT_ME, CaseAbout.VOUCHER, account=found.learning_account, voucher=found, transfer=transfer
        )
        with walled_by({"one_open_not_me_a_voucher": errors.VoucherUnderReview()}):
            case.save(force_insert=True)
        control.put([found], Control.FROZEN, actor=actor)
        ledger.record(told(case, actor))
    return case


def not_my_account(account: UUID, *, learner: Learner, actor: Actor) -> Case:
    """The learner did not open this learning account: nothing is bought from it any more, all its vouchers are frozen.

    Nothing is closed, and nothing moves. Pressed again, the same case. Refuses `VoucherNotFound` for another's account.
    Locks the account, then its vouchers in id order.
    """
    with transaction.atomic():
        mine = LearningAccount.objects.filter(learner=learner, pk=account).select_related("scheme")
        found = mine.select_for_update(of=("self",), no_key=True).first()
        if found is None:
            raise errors.VoucherNotFound()
        whole = Case.objects.filter(learning_account=found, kind=CaseKind.NOT_ME, about=CaseAbout.ACCOUNT)
        if earlier := _earlier(whole):
            return earlier
        case = opened(CaseKind.NOT_ME, CaseAbout.ACCOUNT, account=found)
        with walled_by({"one_open_not_me_an_account": errors.AccountFrozen()}):
            case.save(force_insert=True)
        freezing.freeze(found, actor=actor)
        control.put(of_account(found), Control.FROZEN, actor=actor)
        ledger.record(told(case, actor))
    return case


def of_account(account: LearningAccount) -> list[Voucher]:
    """All vouchers of a learning account, locked in id order."""
    mine = Voucher.objects.filter(learning_account=account).order_by().values_list("pk", flat=True)
    return list(Voucher.objects.lock_ids(mine).values())


def opened(
    kind: CaseKind,
    about: CaseAbout,
    *,
    account: LearningAccount,
    voucher: Voucher | None = None,
    transfer: UUID | None = None,
) -> Case:
    """A new case, not saved yet, with its clock; of a voucher, with the control it has to go back to."""
    now = ledger.now()
    return Case(
        kind=kind,
        about=about,
        learner_id=account.learner_id,
        scheme=account.scheme,
        learning_account=account,
        voucher=voucher,
        provider_id=voucher.provider_id if voucher else None,
        transfer=transfer,
        state=CaseState.OPENED,
        control_before=_before(voucher) if voucher else "",
        opened_at=now,
        answer_by=now + ANSWER_WITHIN[kind],
    )


def told(case: Case, actor: Actor) -> Event:
    """The event that a case is open."""
    return events.CASE_OPENED.by(
        actor, subject=case.subject, answer_by=case.answer_by, transfer=case.transfer, **concerns(case)
    )


def concerns(case: Case) -> dict[str, object]:
    """Whom and what an event of this case concerns."""
    return {
        "learner": case.learner_id,
        "scheme": case.scheme_id,
        "case_kind": case.kind,
        "voucher": case.voucher_id,
    }


def still_held(voucher: Voucher, but: Case | CardHold) -> Control:
    """What holds a locked voucher once this case, or this dispute of its card payment, does not: others of them, or
    what did before there were any."""
    open_ones = Case.objects.open().exclude(pk=but.pk)
    holding = set(open_ones.filter(voucher=voucher).values_list("kind", flat=True))
    whole = open_ones.filter(learning_account=voucher.learning_account_id, about=CaseAbout.ACCOUNT)
    holding |= set(whole.values_list("kind", flat=True))
    wanted: list[str] = [HOLDS[CaseKind(kind)] for kind in holding if CaseKind(kind) in HOLDS]
    if voucher.milestones.filter(state=MilestoneState.DISPUTED).exists():
        wanted.append(Control.UNDER_REVIEW)
    if voucher.card_holds.open().exclude(pk=but.pk).exists():
        wanted.append(Control.FROZEN)
    wanted.append(but.control_before if isinstance(but, Case) and but.control_before else Control.CLEAR)
    return max(map(Control, wanted), key=list(Control).index)


def _before(voucher: Voucher) -> str:
    """The control that a voucher had before any case held it."""
    earlier = Case.objects.open().filter(voucher=voucher).exclude(control_before="").first()
    if earlier is not None:
        return earlier.control_before
    whole = Case.objects.open().filter(learning_account=voucher.learning_account_id, about=CaseAbout.ACCOUNT)
    return Control.CLEAR if whole.exists() or voucher.card_holds.open().exists() else voucher.control


def _earlier(cases: CaseQuerySet) -> Case | None:
    """The case that is open already, or was upheld: then there is nothing more to contest."""
    return cases.filter(~Q(state=CaseState.SETTLED) | Q(outcome=CaseOutcome.UPHELD)).first()


def _is_of(voucher: Voucher, transfer: UUID | None) -> bool:
    if transfer is None:
        return True
    moved = Transfer.objects.filter(pk=transfer)
    return moved.filter(debit=voucher.account_id).exists() or moved.filter(credit=voucher.account_id).exists()
