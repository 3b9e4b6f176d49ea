"""Declaring: what an adviser has to do with a provider or a learner, and what follows for what they may answer."""

from __future__ import annotations

import datetime as dt
from uuid import UUID

from django.db import transaction

import ledger
from accounts.models import Learner
from brokerage.models import Adviser, Request
from brokerage.organisation_models import Interest, holds_a_mark
from brokerage.organisations import errors, events
from config.refusals import Refusal
from config.walls import walled_by
from ledger import Actor
from providers.models import CourseRun, Provider

Kind = Interest.Kind
WALLS: dict[str, Refusal] = {"nobody_decides_with_an_interest": errors.Interested()}
_TWICE = errors.InterestDeclaredAlready()
_WALLS: dict[str, Refusal] = {
    "one_open_interest_a_provider_and_kind": _TWICE,
    "one_open_interest_a_learner": _TWICE,
    "one_open_interest_an_address": _TWICE,
    "interest_is_in_a_provider_or_a_learner": errors.InterestWrong(),
}


def declare(kind: Kind, provider: Provider, *, by: Adviser, actor: Actor) -> Interest:
    """An adviser says what they have to do with a provider. From now on they do not answer what is asked of it, or
    where the link is a weaker one, their answers say so.

    Refuses `InterestWrong`, `InterestDeclaredAlready`. Locks the adviser, so that no answer of theirs is on its way.
    """
    return _declare(Interest(adviser=by, kind=kind, provider=provider), actor)


def declare_family(email: str, *, by: Adviser, actor: Actor) -> Interest:
    """An adviser says that a learner, named by an e-mail address, is of their family, and is not told whether there is
    such a learner. What this learner asks never comes to their desk again.

    Refuses as `declare`. Locks the adviser, then what `reassigning.leave_adviser` does.
    """
    address = email.strip().lower()
    learner = Learner.objects.filter(user__email=address).first() if address else None
    return _declare(Interest(adviser=by, kind=Kind.FAMILY, email=address), actor, learner)


def declare_learner(learner: UUID, *, by: Adviser, actor: Actor) -> Interest:
    """The same of a learner on their desk, for whoever has seen that they are. Refuses and locks alike."""
    found = Learner.objects.get(pk=learner)
    return _declare(Interest(adviser=by, kind=Kind.FAMILY, learner=found), actor, found)


def end(interest: UUID, *, by: Adviser, actor: Actor) -> Interest:
    """It is over; for two years an answer of theirs still says that it was there. Refuses `InterestNotFound`."""
    with transaction.atomic():
        found = Interest.objects.open().filter(adviser=by).select_for_update().filter(pk=interest).first()
        if found is None:
            raise errors.InterestNotFound()
        found.ended_at = ledger.now()
        found.save(update_fields=["ended_at"])
        ledger.record(events.INTEREST_ENDED.by(actor, subject=found.subject, adviser=by.pk))
    return found


def interest_in_deciding(request: Request, by: Adviser, instead: CourseRun | None = None) -> Interest | None:
    """The weaker link to the request's provider, or to that of what is approved `instead`, that is kept with an answer.

    For whoever has locked the adviser.

    Refuses `MarkNeeded`, `Interested`.
    """
    if not Adviser.objects.filter(holds_a_mark(ledger.today(), of="organisation"), pk=by.pk).exists():
        raise errors.MarkNeeded(organisation=by.organisation.name)
    blocking, warning = links(by, request, ledger.now(), instead)
    if blocking is not None:
        raise errors.Interested()
    return warning


def may_broker(learner: UUID, provider: UUID | None, by: Adviser) -> None:
    """An adviser puts in a word for the learner, about this provider or about none. Refuses `MarkNeeded`,
    `Interested`."""
    if not Adviser.objects.filter(holds_a_mark(ledger.today(), of="organisation"), pk=by.pk).exists():
        raise errors.MarkNeeded(organisation=by.organisation.name)
    if Interest.objects.filter(adviser=by).against(learner, provider).exists():
        raise errors.Interested()


def links(
    adviser: Adviser, request: Request, at: dt.datetime, instead: CourseRun | None = None
) -> tuple[Interest | None, Interest | None]:
    """What keeps this adviser from answering, and what their answer says along. One query."""
    mine = Interest.objects.filter(adviser=adviser)
    either = mine.none()
    for run in (request.run, instead or request.run):
        provider = run.course.provider_id
        either |= mine.against(request.learner_id, provider) | mine.warning(at).filter(provider=provider)
    found = list(either.select_related("provider").order_by("declared_at"))
    blocking = [each for each in found if each.blocks]
    return next(iter(blocking), None), next((each for each in found if not each.blocks), None)


def forget(learner: Learner) -> None:
    """The learner leaves: nobody's family is known by their address any more. For whoever has locked them."""
    if learner.user is not None:
        Interest.objects.filter(learner=None, email=learner.user.email.lower()).delete()


def _declare(interest: Interest, actor: Actor, learner: Learner | None = None) -> Interest:
    from brokerage.organisations import reassigning  # which hands over what waits, and so asks what was declared

    with transaction.atomic(), walled_by(_WALLS):
        Adviser.objects.select_for_update(no_key=True).get(pk=interest.adviser_id)
        interest.declared_at = ledger.now()
        interest.save()
        ledger.record(
            events.INTEREST_DECLARED.by(
                actor,
                subject=interest.subject,
                adviser=interest.adviser_id,
                interest_kind=interest.kind,
                provider=interest.provider_id,
            )
        )
        if learner is not None:
            reassigning.leave_adviser(learner, interest.adviser, actor=actor)
    return interest
