"""Changing: an adviser approves other terms than those asked for, and both stay on the record."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet

import ledger
from accounts.models import Learner
from brokerage import deciding_errors, errors, events
from brokerage.deciding_models import Terms, TermsExtra
from brokerage.models import WAITING, Decision, Policy, Request, RequestedExtra, RequestState
from brokerage.requesting import Quote, approvals_needed
from brokerage.requoting import requote
from ledger import Actor
from providers.models import CourseRun, RunExtra
from vouchers.agreeing import agreed_prices
from vouchers.errors import NotOnSale

# What the terms of a request are: who it is for, and under which rules, stays.
TERMS = (
    *("run_id", "approvals_needed", "price_minor", "from_purse_minor", "own_minor", "other_aid_minor"),
    *("currency", "band", "lines"),
)


@dataclass(frozen=True, slots=True)
class Change:
    """What is approved instead: a course run, and the ids of what comes with it.

    `seen` is the price and what the account pays of it, in minor units, as the adviser saw them; None where a machine
    answers, which saw nothing.
    """

    run: UUID
    extras: Collection[UUID] = ()
    seen: tuple[int, int] | None = None


def priced(change: Change, request: Request) -> Quote:
    """What the change would cost the learner, under the request's rules and as of today.

    Refuses `NoChangeToThis` where a second approval is due, `NotOnSale`, `ExtraNotOffered`, `OtherCurrency`,
    `NothingFromAccount`, `AskedForIt`, `NothingChanged`, `SeenOtherwise`.
    """
    if request.state == RequestState.APPROVED_ONCE:
        raise deciding_errors.NoChangeToThis()
    run = CourseRun.objects.on_sale(ledger.today()).select_related("course__provider").filter(pk=change.run).first()
    if run is None:
        raise NotOnSale(field="run")
    extras = list(RunExtra.objects.offered().filter(run=run, pk__in=change.extras))
    if len(extras) < len(set(change.extras)):
        raise errors.ExtraNotOffered(field="extras")
    quote = requote(request, run, extras)
    if quote is None:
        raise errors.OtherCurrency(field="run")
    if not quote.split.from_purse_minor:
        raise errors.NothingFromAccount(field="run")
    if _asked_for(request, run):
        raise deciding_errors.AskedForIt(field="run")
    if _same(request, quote):
        raise deciding_errors.NothingChanged(field="run")
    if change.seen and change.seen != (quote.split.price_minor, quote.split.from_purse_minor):
        raise deciding_errors.SeenOtherwise()
    return quote


def change(request: Request, to: Quote, decision: Decision, *, actor: Actor) -> None:
    """The locked request is for these terms from now on; they and those before are kept with the decision.

    Nothing is bought and no money moves. The caller saves the request's state, and its terms with it (`TERMS`).
    """
    _write_down(request, decision, Terms.Of.ASKED)
    request.run = to.run
    _reprice(request, to)
    request.approvals_needed = approvals_needed(request.rule_version, Policy(request.policy), to.split.from_purse_minor)
    _write_down(request, decision, Terms.Of.APPROVED)
    ledger.record(_changed(request, actor))


def lower_price(request: Request) -> Quote | None:
    """What the learner would pay by a provider's word that came after they asked, where it is less and holds today.

    One query where no such word was given.
    """
    if request.voucher_id or request.state not in (*WAITING, RequestState.APPROVED, RequestState.ADVISED_OTHERWISE):
        return None
    key = (request.learner_id, request.run_id)
    if key not in agreed_prices([(request.learner_id, request.run)], ledger.today()):
        return None
    quote = requote(request, request.run, [each.extra for each in request.extras.select_related("extra")])
    if quote is None or quote.split.price_minor >= request.price_minor or not quote.split.from_purse_minor:
        return None
    # An approval is for no more of the account's money than it was given for.
    return quote if quote.split.from_purse_minor <= request.from_purse_minor else None


def take_lower_price(request: UUID, seen: tuple[int, int], *, learner: Learner, actor: Actor) -> Request:
    """The learner's request is at the lower price from now on; its state, its approvals and its policy stay.

    `seen` is the price and what they pay of it themselves, in minor units, as they were shown. Refuses
    `RequestNotFound`, `NothingLower`, `SeenOtherwise`. Locks the request.
    """
    with transaction.atomic():
        found = Request.objects.of_learner(learner).locked().filter(pk=request).first()
        if found is None:
            raise errors.RequestNotFound()
        quote = lower_price(found)
        if quote is None:
            raise deciding_errors.NothingLower()
        if seen != (quote.split.price_minor, quote.split.own_minor):
            raise deciding_errors.SeenOtherwise()
        _reprice(found, quote)
        found.save(update_fields=TERMS)
        ledger.record(_changed(found, actor))
    return found


def go_back_to(of: Terms.Of, request: Request, *, actor: Actor) -> bool:
    """Whether the locked request had been changed: then it is for what was asked, or what was approved, once more.

    Of two changes the first counts: the other one came after an appeal, which never makes things worse. The caller
    saves it, and its terms with it (`TERMS`). Refuses `AlreadyAsked` where the learner has asked for that course anew.
    """
    terms = _changes(request, of).first()
    if terms is None:
        return False
    if _asked_for(request, terms.run):
        raise errors.AlreadyAsked()
    for name in TERMS:
        setattr(request, name, getattr(terms, name))
    again = [RequestedExtra.of(extra.priced, request=request) for extra in terms.extras.all()]
    _replace_extras(request, again)
    ledger.record(_changed(request, actor))
    return True


def change_of(request: Request, of: Terms.Of) -> Terms | None:
    """One side of the last change that an adviser made to this request."""
    return _changes(request, of).last()


def _changes(request: Request, of: Terms.Of) -> QuerySet[Terms]:
    made = Terms.objects.filter(decision__request=request, of=of).select_related("run__course__provider", "decision")
    return made.prefetch_related("extras").order_by("decision__decided_at", "decision_id")


def _write_down(request: Request, decision: Decision, of: Terms.Of) -> None:
    terms = Terms.objects.create(decision=decision, of=of, **{name: getattr(request, name) for name in TERMS})
    extras = [extra.priced for extra in RequestedExtra.objects.filter(request=request)]
    TermsExtra.objects.bulk_create(TermsExtra.of(extra, terms=terms) for extra in extras)


def _reprice(request: Request, to: Quote) -> None:
    worked_out = to.split
    request.price_minor, request.from_purse_minor = worked_out.price_minor, worked_out.from_purse_minor
    request.own_minor, request.other_aid_minor = worked_out.own_minor, to.other_aid_minor
    request.currency, request.band, request.lines = to.run.currency, worked_out.band, worked_out.to_stored()
    _replace_extras(request, [RequestedExtra.of(extra, request=request) for extra in worked_out.extras])


def _replace_extras(request: Request, extras: Sequence[RequestedExtra]) -> None:
    RequestedExtra.objects.filter(request=request).delete()
    RequestedExtra.objects.bulk_create(extras)


def _asked_for(request: Request, run: CourseRun) -> bool:
    others = Request.objects.filter(learning_account=request.learning_account_id, run=run, voucher=None)
    return others.filter(state__in=[*WAITING, RequestState.APPROVED]).exclude(pk=request.pk).exists()


def _same(request: Request, quote: Quote) -> bool:
    worked_out = quote.split
    before = (request.run_id, request.price_minor, request.from_purse_minor)
    asked = {extra.extra_id for extra in RequestedExtra.objects.filter(request=request)}
    after = (quote.run.pk, worked_out.price_minor, worked_out.from_purse_minor)
    return before == after and asked == {extra.id for extra in worked_out.extras}


def _changed(request: Request, actor: Actor) -> ledger.Event:
    return events.CHANGED.by(
        actor,
        subject=request.subject,
        learner=request.learner_id,
        scheme=request.learning_account.scheme_id,
        run=request.run_id,
        price_minor=request.price_minor,
        from_purse_minor=request.from_purse_minor,
        own_minor=request.own_minor,
    )
