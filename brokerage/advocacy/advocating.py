"""Advocating: an adviser words a question to a provider, the learner says yes to it, and the provider answers.

A lower price that the provider agrees to is an `AgreedPrice` of that learner and run: what prices the run for them
knows it from then on. What they have asked for already changes by their own act alone, in `brokerage.changing`.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet

import ledger
from accounts.models import Learner
from brokerage.advocacy import errors, events
from brokerage.advocacy.models import OPEN, Advocacy, AdvocacyState, Wanted
from brokerage.models import Adviser
from brokerage.organisations.declaring import may_broker
from brokerage.talking.reading import with_whom
from config.ids import new_code
from config.refusals import Refusal
from config.walls import walled_by
from ledger import Actor, EventKind
from providers.feeds.plain_text import paragraphs
from providers.models import CourseRun, Provider
from vouchers.agreeing import Promise, agree
from vouchers.errors import NotOnSale

# A working week: enough for a college to ask around, and short of most last days to join.
ANSWER_WITHIN = dt.timedelta(days=7)
WALL = {"one_open_advocacy_a_wish": errors.AdvocacyOpen()}


@dataclass(frozen=True, slots=True)
class Answer:
    """What a provider says. `price_minor`, in minor units of the run's currency, holds until the end of `until`."""

    agrees: bool
    words: str = ""
    price_minor: int | None = None
    until: dt.date | None = None


def propose(learner: UUID, run: UUID, wanted: Wanted, words: str, *, by: Adviser, actor: Actor) -> Advocacy:
    """Put it into words for the learner to say yes to; the provider sees nothing yet.

    Refuses `AdvocacyNotFound` for a learner who is not theirs to help, `AdvocacyWordsMissing`, `NotOnSale`,
    `NoPriceToLower`, `MarkNeeded`, `Interested` in the provider or the learner, `AdvocacyOpen`.
    """
    person = with_whom(by).filter(pk=learner).first()
    if person is None:
        raise errors.AdvocacyNotFound()
    if not (text := paragraphs(words)):
        raise errors.AdvocacyWordsMissing(field="words")
    found = CourseRun.objects.on_sale(ledger.today()).select_related("course").filter(pk=run).first()
    if found is None:
        raise NotOnSale(field="run")
    if wanted == Wanted.PRICE and not found.price_minor:
        raise errors.NoPriceToLower(field="wanted")
    may_broker(learner, found.course.provider_id, by)
    with transaction.atomic(), walled_by(WALL):
        advocacy = Advocacy.objects.create(
            learner=person,
            adviser=by,
            run=found,
            wanted=wanted,
            words=text,
            reference=new_code(8),
            proposed_at=ledger.now(),
        )
        _record(events.PROPOSED, advocacy, actor)
    return advocacy


def consent(advocacy: UUID, *, named: bool, learner: Learner, actor: Actor) -> Advocacy:
    """The learner says yes to these words, and whether their name goes with them. Said twice, it is said once.

    Refuses `AdvocacyNotFound`, `AdvocacyOver`, `NotOnSale`. Locks it.
    """
    with transaction.atomic():
        found = _lock(Advocacy.objects.filter(learner=learner), advocacy)
        if found.state == AdvocacyState.SENT:
            return found
        if found.state != AdvocacyState.PROPOSED:
            raise errors.AdvocacyOver(state=found.get_state_display())
        if not CourseRun.objects.on_sale(ledger.today()).filter(pk=found.run_id).exists():
            raise NotOnSale()
        now = ledger.now()
        found.state, found.named, found.consented_at = AdvocacyState.SENT, named, now
        found.answer_by = now + ANSWER_WITHIN
        found.save(update_fields=["state", "named", "consented_at", "answer_by"])
        _record(events.SENT, found, actor, answer_by=found.answer_by, named=named)
    return found


def call_off(advocacy: UUID, *, learner: Learner, actor: Actor) -> Advocacy:
    """The learner says no, or takes their yes back before there is an answer. Said twice, it is said once.

    Refuses `AdvocacyNotFound`, `AdvocacyOver`. Locks it.
    """
    with transaction.atomic():
        found = _lock(Advocacy.objects.filter(learner=learner), advocacy)
        if found.state == AdvocacyState.ENDED:
            return found
        if not found.is_open:
            raise errors.AdvocacyOver(state=found.get_state_display())
        _end(found, actor)
    return found


def end_all(learner: Learner, *, actor: Actor) -> None:
    """Nothing is asked for this learner any more. Locks what is open, in id order."""
    with transaction.atomic():
        open_ones = Advocacy.objects.filter(learner=learner, state__in=OPEN).order_by("id")
        for found in open_ones.select_related("run__course").select_for_update(of=("self",)):
            _end(found, actor)


def answer(advocacy: UUID, said: Answer, *, by: Provider, actor: Actor) -> Advocacy:
    """The provider's one answer. A yes to a price is a promise at once; a no, and a yes to anything else, has words.

    Refuses `AdvocacyNotFound` (also what the learner has not said yes to, or called off), `AdvocacyOver`,
    `AdvocacyWordsMissing`, `PriceMissing`, and what `vouchers.agreeing.agree` refuses. Locks it.
    """
    words = paragraphs(said.words)
    with transaction.atomic():
        to_them = Advocacy.objects.filter(run__course__provider=by).exclude(consented_at=None)
        found = _lock(to_them.exclude(state=AdvocacyState.ENDED), advocacy)
        if found.state != AdvocacyState.SENT:
            raise errors.AdvocacyOver(state=found.get_state_display())
        if said.agrees and found.wanted == Wanted.PRICE:
            _promise(found, said, actor)
        elif not words:
            raise errors.AdvocacyWordsMissing(field="words")
        found.state = AdvocacyState.AGREED if said.agrees else AdvocacyState.REFUSED
        found.answer, found.answered_at = words, ledger.now()
        found.save(update_fields=["state", "answer", "answered_at"])
        _record(events.ANSWERED, found, actor, agrees=said.agrees)
        _record(events.TOLD_ADVISER, found, actor, step="answered")
    return found


def _promise(found: Advocacy, said: Answer, actor: Actor) -> None:
    if said.price_minor is None or said.until is None:
        raise errors.PriceMissing(field="price" if said.price_minor is None else "until")
    promise = Promise(found.learner, found.run, said.price_minor, said.until, source=found.subject)
    [agreed] = agree([promise], actor=actor)
    if isinstance(agreed, Refusal):
        raise agreed


def _end(found: Advocacy, actor: Actor) -> None:
    found.state = AdvocacyState.ENDED
    found.save(update_fields=["state"])
    _record(events.ENDED, found, actor)


def _lock(among: QuerySet[Advocacy], advocacy: UUID) -> Advocacy:
    locked = among.filter(pk=advocacy).select_related("learner", "run__course").select_for_update(of=("self",))
    if (found := locked.first()) is None:
        raise errors.AdvocacyNotFound()
    return found


def _record(kind: EventKind, advocacy: Advocacy, actor: Actor, **more: Any) -> None:
    ledger.record(
        kind.by(
            actor,
            advocacy.subject,
            learner=advocacy.learner_id,
            adviser=advocacy.adviser_id,
            provider=advocacy.run.course.provider_id,
            run=advocacy.run_id,
            wanted=advocacy.wanted,
            **more,
        )
    )
