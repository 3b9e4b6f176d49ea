"""Referring: an adviser words what others are to know of a learner, and the learner says yes or no to exactly that."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet

import ledger
from accounts.models import Learner
from brokerage.models import Adviser, GuidanceOrganisation
from brokerage.organisation_models import holds_a_mark
from brokerage.organisations.declaring import may_broker
from brokerage.referring import errors, events
from brokerage.referring.models import OPEN, OutsideService, Referral, ReferralState
from brokerage.talking.reading import with_whom
from config.ids import new_code
from config.walls import walled_by
from ledger import Actor, EventKind
from providers.feeds.plain_text import one_line, paragraphs

# Two working weeks: a service of volunteers may meet once a week, and nobody should wait longer for a word.
ANSWER_WITHIN = dt.timedelta(days=14)
WALLS = {
    "one_open_referral_an_organisation": errors.ReferralOpen(field="to"),
    "one_open_referral_a_service": errors.ReferralOpen(field="to"),
}


@dataclass(frozen=True, slots=True)
class PassedOn:
    """What others are to know. `reach` is how the learner is reached, told with their name alone: "" tells neither."""

    words: str
    reach: str = ""
    named: bool = False


def organisations_for(adviser: Adviser) -> QuerySet[GuidanceOrganisation]:
    """The other guidance organisations that hold a quality mark today, by name."""
    marked = GuidanceOrganisation.objects.filter(holds_a_mark(ledger.today(), of="pk"), advisers__isnull=False)
    return marked.exclude(pk=adviser.organisation_id).distinct().order_by("name")


def services_for(adviser: Adviser) -> QuerySet[OutsideService]:
    return OutsideService.objects.open_at(adviser.organisation_id)


def propose(learner: UUID, to: UUID, passed_on: PassedOn, *, by: Adviser, actor: Actor) -> Referral:
    """Put it into words for the learner to say yes to; nobody else sees anything yet. `to` is one of
    `organisations_for` or `services_for` the adviser.

    Refuses `ReferralNotFound` for a learner who is not theirs to help, `ReferralWordsMissing`, `ReachMissing`,
    `NobodyToReferTo`, `MarkNeeded`, `Interested` in the learner, `ReferralOpen`.
    """
    person = with_whom(by).filter(pk=learner).first()
    if person is None:
        raise errors.ReferralNotFound()
    words, reach = paragraphs(passed_on.words), one_line(passed_on.reach) if passed_on.named else ""
    if not words:
        raise errors.ReferralWordsMissing(field="words")
    if passed_on.named and not reach:
        raise errors.ReachMissing(field="reach")
    organisation, service = organisations_for(by).filter(pk=to).first(), services_for(by).filter(pk=to).first()
    if organisation is None and service is None:
        raise errors.NobodyToReferTo(field="to")
    may_broker(learner, None, by)
    with transaction.atomic(), walled_by(WALLS):
        referral = Referral.objects.create(
            learner=person,
            adviser=by,
            organisation=organisation,
            service=service,
            words=words,
            name=person.name if passed_on.named else "",
            reach=reach,
            reference=new_code(8),
            proposed_at=ledger.now(),
        )
        keep(events.PROPOSED, referral, actor)
    return referral


def consent(referral: UUID, *, named: bool, learner: Learner, actor: Actor) -> Referral:
    """The learner says yes to these words, and whether name and reach, where the adviser wrote them, go along. Said
    twice, it is said once. It is passed on from now on.

    Refuses `ReferralNotFound`, `ReferralOver`, `NobodyToReferTo` where there is nobody any more. Locks it.
    """
    with transaction.atomic():
        found = lock(Referral.objects.filter(learner=learner), referral)
        if found.state == ReferralState.SENT:
            return found
        if found.state != ReferralState.PROPOSED:
            raise errors.ReferralOver(state=found.get_state_display())
        to, by = found.organisation or found.service, found.adviser
        if to not in organisations_for(by) and to not in services_for(by):
            raise errors.NobodyToReferTo()
        found.consented_at = ledger.now()
        found.state, found.named = ReferralState.SENT, named and bool(found.name)
        found.answer_by = found.consented_at + ANSWER_WITHIN
        found.save(update_fields=["state", "named", "consented_at", "answer_by"])
        keep(events.CONSENTED, found, actor, answer_by=found.answer_by, named=found.named)
        _tell(found, actor)
    return found


def call_off(referral: UUID, *, learner: Learner, actor: Actor) -> Referral:
    """The learner says no, or takes their yes back before anybody has read it. Said twice, it is said once.

    Refuses `ReferralNotFound`, `ReferralOver`, `ReferralRead`. Locks it.
    """
    with transaction.atomic():
        found = lock(Referral.objects.filter(learner=learner), referral)
        if found.state == ReferralState.ENDED:
            return found
        if found.state not in OPEN:
            raise errors.ReferralOver(state=found.get_state_display())
        if not found.can_be_called_off:
            raise errors.ReferralRead()
        _end(found, actor)
    return found


def send_again(referral: UUID, *, by: Adviser, actor: Actor) -> Referral:
    """The service gets another letter, with another link; the one before leads nowhere from then on.

    Refuses `ReferralNotFound`, `ReferralOver`, `NoLetter`. Locks it.
    """
    with transaction.atomic():
        found = lock(Referral.objects.filter(learner__in=with_whom(by).values("pk")), referral)
        if found.service_id is None:
            raise errors.NoLetter()
        if found.state != ReferralState.SENT:
            raise errors.ReferralOver(state=found.get_state_display())
        _tell(found, actor)
    return found


def end_all(learner: Learner, *, actor: Actor) -> None:
    """Nobody is told anything of this learner any more, whoever has read it. Locks what is open, in id order."""
    with transaction.atomic():
        for found in Referral.objects.filter(learner=learner, state__in=OPEN).order_by("id").select_for_update():
            _end(found, actor)


def lock(among: QuerySet[Referral], referral: UUID) -> Referral:
    """The one of these, held until the transaction ends. Refuses `ReferralNotFound`."""
    joined = ("learner", "adviser__organisation", "organisation", "service")
    locked = among.filter(pk=referral).select_related(*joined).select_for_update(of=("self",))
    if (found := locked.first()) is None:
        raise errors.ReferralNotFound()
    return found


def keep(kind: EventKind, referral: Referral, actor: Actor, **more: Any) -> None:
    """Record what became of it."""
    about = {
        "learner": referral.learner_id,
        "adviser": referral.adviser_id,
        "organisation": referral.organisation_id,
        "service": referral.service_id,
    }
    ledger.record(kind.by(actor, referral.subject, **about | more))


def _tell(found: Referral, actor: Actor) -> None:
    if found.service_id is not None:
        keep(events.TOLD_SERVICE, found, actor, answer_by=found.answer_by)
    for lead in Adviser.objects.filter(organisation=found.organisation_id, leads=True).order_by("id"):
        keep(events.TOLD_LEAD, found, actor, answer_by=found.answer_by, adviser=lead.pk)


def _end(found: Referral, actor: Actor) -> None:
    found.state = ReferralState.ENDED
    found.save(update_fields=["state"])
    keep(events.ENDED, found, actor)
