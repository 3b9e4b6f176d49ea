"""Answering: whoever a learner was referred to reads what was passed on, and says once what comes of it."""

from __future__ import annotations

import datetime as dt
import secrets
from hashlib import sha256
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet

import ledger
from accounts.models import Learner
from brokerage.models import Adviser, Interest
from brokerage.referring import errors, events
from brokerage.referring.models import PASSED_ON, Helps, Referral, ReferralState
from brokerage.referring.referring import keep, lock
from ledger import Actor
from providers.feeds.plain_text import paragraphs

# Whether the learner came is known only some weeks after it was to be answered.
LINK_LASTS = dt.timedelta(days=60)
# What needs no words: it says all.
WORDLESS = (Helps.CAME, Helps.DID_NOT_COME)


def passed_on_to(adviser: Adviser) -> QuerySet[Referral]:
    """What any adviser of the organisation reads and answers: not of themselves, nor of their family."""
    family = Interest.objects.blocking().filter(adviser=adviser, provider=None)
    return (
        Referral.objects.filter(organisation=adviser.organisation_id, state__in=PASSED_ON)
        .exclude(learner__user=adviser.user_id)
        .exclude(learner__in=family.filter(learner__isnull=False).values("learner"))
        .exclude(learner__user__email__in=family.exclude(email="").values("email"))
    )


def new_link(referral: UUID) -> tuple[Referral, str] | None:
    """A new secret for the link of an outside service, told once; only its hash is kept, and the one before leads
    nowhere. None where it was answered or called off meanwhile. Locks it.
    """
    token = secrets.token_urlsafe(32)
    with transaction.atomic():
        found = lock(Referral.objects.filter(service__isnull=False), referral)
        if found.state != ReferralState.SENT:
            return None
        found.token_hash, found.link_until = _hash(token), ledger.now() + LINK_LASTS
        found.save(update_fields=["token_hash", "link_until"])
    return found, token


def linked(token: str) -> Referral:
    """What this link leads to. Refuses `ReferralNotFound`, also when it was called off or its time is over."""
    passed_on = Referral.objects.filter(token_hash=_hash(token), state__in=PASSED_ON, link_until__gt=ledger.now())
    if (found := passed_on.select_related("service", "adviser__user", "adviser__organisation").first()) is None:
        raise errors.ReferralNotFound()
    return found


def read(referral: UUID, *, actor: Actor) -> Referral:
    """Somebody reads it, so that it cannot be called off any more. Read twice, it was read when it was first.

    For whoever has shown that it is theirs. Refuses `ReferralNotFound`. Locks it.
    """
    with transaction.atomic():
        found = lock(Referral.objects.filter(state__in=PASSED_ON), referral)
        if found.read_at is None:
            found.read_at = ledger.now()
            found.save(update_fields=["read_at"])
            keep(events.READ, found, actor)
    return found


def answer_by_link(token: str, said: Helps, words: str) -> Referral:
    """The service's one answer: who has the link may give it, once they have read what it is about.

    Refuses `ReferralNotFound`, `ReferralOver`, `ReferralWordsMissing`. Locks it.
    """
    found = linked(token)
    if found.read_at is None:
        raise errors.ReferralNotFound()
    return _answer(found.pk, said, words, by=None, actor=by_link(found))


def answer(referral: UUID, said: Helps, words: str, *, by: Adviser, actor: Actor) -> Referral:
    """The answer of an adviser of the organisation that it went to. Refuses and locks as `answer_by_link`."""
    if not passed_on_to(by).filter(pk=referral).exists():
        raise errors.ReferralNotFound()
    return _answer(referral, said, words, by=by, actor=actor)


def by_link(referral: Referral) -> Actor:
    """Whoever has the link, as the ledger's events name them."""
    return Actor("system:web.referred", on_behalf_of=Learner(pk=referral.learner_id).subject)


def _answer(referral: UUID, said: Helps, words: str, *, by: Adviser | None, actor: Actor) -> Referral:
    if not (text := paragraphs(words)) and said not in WORDLESS:
        raise errors.ReferralWordsMissing(field="words")
    with transaction.atomic():
        found = lock(Referral.objects.filter(state__in=PASSED_ON), referral)
        if found.state != ReferralState.SENT:
            raise errors.ReferralOver(state=found.get_state_display())
        found.state, found.said, found.answer = ReferralState.ANSWERED, said, text
        found.answered_at, found.answered_by = ledger.now(), by
        found.read_at = found.read_at or found.answered_at
        found.save(update_fields=["state", "said", "answer", "answered_at", "answered_by", "read_at"])
        keep(events.ANSWERED, found, actor, said=said)
        keep(events.TOLD_ADVISER, found, actor, said=said)
    return found


def _hash(token: str) -> str:
    return sha256(token.encode(errors="replace")).hexdigest()
