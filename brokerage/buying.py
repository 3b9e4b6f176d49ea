"""Buying: the learner goes ahead with a request, and it becomes a voucher."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from uuid import UUID

from django.db import transaction

import ledger
from accounts.models import Learner, LearningAccount
from brokerage import errors, events
from brokerage.models import Policy, Request, RequestState
from brokerage.requesting import Quote, quote_all
from config.bulk import write_back
from config.refusals import Refusal
from ledger import Actor
from vouchers import issuing
from vouchers.errors import TheirOwnHand
from vouchers.issuing import Order
from vouchers.models import Factor, Voucher

_ENDED = (RequestState.DECLINED, RequestState.UPHELD, RequestState.WITHDRAWN)


def may_buy(request: Request, at: dt.datetime) -> Refusal | None:
    """Why the learner may not go ahead yet, or None: the table of policies in `3-domain`, "Life cycles".

    `open`: at any time. `guided`: after the consultation's answer, or when the adviser's time is over.
    `structured`: once approved; silence never approves.
    """
    if request.voucher_id:
        return errors.RequestBought()
    if request.state in _ENDED:
        return errors.RequestOver(state=request.get_state_display())
    answered = request.state in (RequestState.APPROVED, RequestState.ADVISED_OTHERWISE)
    waited = request.policy == Policy.GUIDED and request.answer_by <= at
    if answered or waited or request.policy == Policy.OPEN:
        return None
    return errors.RequestWaits(answer_by=request.answer_by)


def buy(
    requests: Sequence[UUID], *, learner: Learner | None, actor: Actor, factor: Factor | None = None
) -> list[Voucher | Refusal]:
    """Turn requests into vouchers, each judged on its own: the learner's own decision, also against the advice.

    The price is the one stored with the request; it is worked out again under the same rule version, and the
    request has lapsed if the account would now pay less. `learner` is whose session it is: another's request does
    not exist for them; None is for a batch of many learners. `factor` is what they have just shown that it is them
    with, and is kept with the event.

    What a representative wants for a young learner is bought in the learner's own session alone.

    Refuses `RequestNotFound`, `AssentNeeded`, `RequestBought`, `RequestOver`, `RequestWaits`, `QuoteLapsed`, and what
    `vouchers.issuing.reserve` refuses; `TheirOwnHand` where somebody shows a factor for another. Locks the requests in
    id order, their learning accounts, then what `reserve` locks.
    """
    if actor.on_behalf_of and (learner or factor):
        raise TheirOwnHand()
    with transaction.atomic():
        found = _lock(requests, learner)
        now = ledger.now()
        asked = {(request.learning_account_id, request.run_id): request for request in found.values()}
        quotes = quote_all(
            [(request.learning_account, request.run) for request in found.values()],
            {key: request.rule_version for key, request in asked.items()},
            {key: request.other_aid_minor for key, request in asked.items()},
            {key: [each.extra for each in request.extras.all()] for key, request in asked.items()},
        )
        judged = [_judge(found.get(wanted), quotes, now, own=learner is not None) for wanted in requests]
        orders = [_order(answer) for answer in judged if isinstance(answer, Request)]
        reserved = iter(issuing.reserve(orders, actor=actor))
        answers = [next(reserved) if isinstance(answer, Request) else answer for answer in judged]
        _store(found, answers, requests, now if learner else None, actor, factor)
    return answers


def _lock(requests: Sequence[UUID], learner: Learner | None) -> dict[UUID, Request]:
    mine = Request.objects.filter(pk__in=requests)
    if learner is not None:
        mine = mine.of_learner(learner)
    # The run is read once the lock is held: an adviser's change, or an appeal against it, may have put another there.
    found = mine.locked().prefetch_related("extras__extra", "run__course").order_by("id")
    locked = {request.pk: request for request in found}
    accounts = {request.learning_account_id for request in locked.values()}
    # Two requests of one learner bought at once would each count what the other uses as still free.
    list(LearningAccount.objects.filter(pk__in=accounts).order_by("pk").select_for_update())
    return locked


def _judge(
    request: Request | None, quotes: dict[tuple[UUID, UUID], Quote], now: dt.datetime, *, own: bool
) -> Request | Refusal:
    if request is None:
        return errors.RequestNotFound()
    if request.wanted_for_young and not own:
        return errors.AssentNeeded()
    if refusal := may_buy(request, now):
        return refusal
    today_s = quotes.get((request.learning_account_id, request.run_id))
    same_price = today_s is not None and today_s.split.price_minor == request.price_minor
    if today_s is None or (same_price and today_s.split.from_purse_minor < request.from_purse_minor):
        return errors.QuoteLapsed()
    return request


def _order(request: Request) -> Order:
    return Order(
        learning_account=request.learning_account,
        run=request.run,
        split=request.split,
        rule_version=request.rule_version,
        reference=request.subject,
    )


def _store(
    found: dict[UUID, Request],
    answers: Sequence[Voucher | Refusal],
    wanted: Sequence[UUID],
    own: dt.datetime | None,
    actor: Actor,
    factor: Factor | None,
) -> None:
    """`own` is when the learner bought them in their own session: their yes to what a representative wanted."""
    bought = []
    for pk, answer in zip(wanted, answers, strict=True):
        if isinstance(answer, Voucher):
            found[pk].voucher = answer
            found[pk].assented_at = own if found[pk].wanted_by_id else None
            bought.append(found[pk])
    write_back(bought, "voucher", "assented_at")
    ledger.record(
        *(
            events.BOUGHT.by(
                actor,
                subject=request.subject,
                learner=request.learner_id,
                scheme=request.learning_account.scheme_id,
                voucher=request.voucher_id,
                against_advice=request.state == RequestState.ADVISED_OTHERWISE,
                factor=factor,
            )
            for request in bought
        )
    )
