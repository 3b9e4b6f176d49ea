"""Representing: a learner lets somebody act for them within limits; what that one does is always shown as theirs.

A representative never confirms what was delivered, never assents, and never sees or signs a learner's story: there is
no function here that would let them.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import secrets
from dataclasses import dataclass
from uuid import UUID

from django.db import transaction
from django.db.models import Q

import ledger
from accounts.circumstances import age
from accounts.models import Learner, LearningAccount, SchemeManager, User
from accounts.rules import Rules
from accounts.schemes import current_rules
from brokerage import buying, errors, events, requesting
from brokerage.models import Adviser, Representative, Request
from brokerage.requesting import Draft
from config.personal import ERASED
from config.refusals import Refusal, only
from config.walls import walled_by
from ledger import Actor, EventKind
from providers.details import read_email
from providers.models import Staff
from vouchers.models import Voucher

State = Representative.State
# How long the link in an invitation's letter can be used.
INVITED_FOR = dt.timedelta(days=7)
# Two parents and two carers: more hands than that in one account are nobody's help.
MOST = 4
# Each is a letter to somebody who did not ask for it.
MOST_A_DAY, A_DAY = 8, dt.timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Invited:
    """An invitation, and the token of its link: it is told once, to the letter, and kept nowhere."""

    representative: Representative
    token: str


@dataclass(frozen=True, slots=True)
class Limits:
    """What a representative may do in one learning account today. `young`: the learner says yes themselves."""

    may_ask: bool
    spends_minor: int
    young: bool


def invite(email: str, *, may_ask: bool, spends_minor: int, learner: Learner, actor: Actor) -> Invited:
    """Ask somebody to act for the learner; whoever was asked at this address before, and has not accepted, no longer.

    `spends_minor` is what a course may cost at most that they buy, in the currency of the learner's first account.
    Refuses `EmailWrong`, `LimitWrong`, `OwnRepresentative`, `NothingToActOn`, `RepresentsAlready`,
    `TooManyRepresentatives`, `TooManyInvitations`. Locks the learner.
    """
    address = read_email(email)
    if spends_minor < 0:
        raise errors.LimitWrong(field="spends")
    with transaction.atomic():
        Learner.objects.select_for_update(no_key=True).get(pk=learner.pk)
        if learner.user is not None and learner.user.email.lower() == address:
            raise errors.OwnRepresentative(field="email")
        first = LearningAccount.objects.filter(learner=learner).select_related("scheme").order_by("opened_at").first()
        if first is None:
            raise errors.NothingToActOn()
        for earlier in learner.representatives.filter(state=State.INVITED, email=address):
            _end(earlier, actor)
        if learner.representatives.acting().filter(email=address).exists():
            raise errors.RepresentsAlready(field="email")
        if learner.representatives.standing().count() >= MOST:
            raise errors.TooManyRepresentatives(most=MOST)
        if learner.representatives.filter(invited_at__gt=ledger.now() - A_DAY).count() >= MOST_A_DAY:
            raise errors.TooManyInvitations(most=MOST_A_DAY)
        token, moment = secrets.token_urlsafe(32), ledger.now()
        representative = Representative.objects.create(
            learner=learner,
            email=address,
            token_hash=_hash(token),
            may_ask=may_ask,
            spends_minor=spends_minor,
            currency=first.scheme.currency,
            invited_at=moment,
            expires_at=moment + INVITED_FOR,
        )
        _record(events.REPRESENTATIVE_INVITED, representative, actor)
    return Invited(representative, token)


def invitation_of(token: str) -> Representative:
    """The invitation that this link leads to, if it can be accepted now. Refuses `RepresentativeNotFound`."""
    waiting = Representative.objects.filter(state=State.INVITED, expires_at__gt=ledger.now())
    found = waiting.select_related("learner__user").filter(token_hash=_hash(token)).first()
    if found is None:
        raise errors.RepresentativeNotFound()
    return found


def accept(token: str, *, by: User, actor: Actor) -> Representative:
    """Whoever was invited, signed in with the address that the invitation went to, acts for the learner from now on.

    Refuses `RepresentativeNotFound`, `RepresentsAnother`, `OwnRepresentative`, `MayNotRepresent`. Locks the invitation.
    """
    with transaction.atomic():
        waiting = Representative.objects.select_related("learner").select_for_update(of=("self",))
        found = waiting.filter(pk=invitation_of(token).pk, state=State.INVITED).first()
        if found is None:
            raise errors.RepresentativeNotFound()
        if by.email.lower() != found.email:
            raise errors.RepresentsAnother()
        if found.learner.user_id == by.pk:
            raise errors.OwnRepresentative()
        _refuse_incompatible(by.pk)
        found.state, found.user, found.accepted_at = State.ACTING, by, ledger.now()
        with walled_by({"nobody_acts_for_a_learner_twice": errors.RepresentsAlready()}):
            found.save(update_fields=["state", "user", "accepted_at"])
        _record(events.REPRESENTATIVE_ACCEPTED, found, actor)
    return found


def end(representative: UUID, *, by: User, actor: Actor) -> Representative:
    """The learner, or the representative, ends it: at once, and for good.

    Refuses `RepresentativeNotFound`, also when it has ended, or is nobody's business of `by`. Locks the representative.
    """
    with transaction.atomic():
        standing = Representative.objects.standing().select_related("learner").select_for_update(of=("self",))
        found = standing.filter(pk=representative).first()
        if found is None or by.pk not in (found.learner.user_id, found.user_id):
            raise errors.RepresentativeNotFound()
        return _end(found, actor)


def end_all(learner: Learner, *, actor: Actor) -> None:
    """The learner leaves: nobody acts for them any more, and they for nobody, under no address of theirs."""
    theirs = Q()
    if learner.user is not None:
        theirs = Q(user=learner.user) | Q(user=None, email=learner.user.email.lower())
    standing = Representative.objects.standing().filter(Q(learner=learner) | theirs)
    for each in standing.select_for_update().order_by("id"):
        _end(each, actor)
    if theirs:
        Representative.objects.filter(theirs).update(email=ERASED)


def limits(representative: Representative, account: LearningAccount, rules: Rules) -> Limits:
    """What they may do in this account: what the learner said, and for a young one no more than the scheme's rules.

    Buying is in the currency that the limit was said in, or not at all. Pure.
    """
    ask, spends = representative.may_ask, representative.spends_minor
    if account.scheme.currency != representative.currency:
        spends = 0
    born = account.learner.date_of_birth
    young = born is not None and age(born, ledger.today()) < rules.young.under_age
    if young:
        ask = ask and rules.young.representative_asks
        spends = min(spends, rules.young.representative_spends_minor)
    return Limits(ask, spends, young)


def ask(draft: Draft, *, by: Representative, actor: Actor) -> Request:
    """Ask for a course on the learner's behalf; the request says who did.

    Refuses `RepresentativeNotFound`, `MayNotRepresent`, `MayNotAsk`, and what `requesting.submit` does. Locks the
    representative, then what `submit` does.
    """
    with transaction.atomic():
        account = draft.learning_account
        found = _lock(by, account.learner_id)
        if not limits(found, account, rules_of(account)).may_ask:
            raise errors.MayNotAsk()
        asked = only(requesting.submit([draft], actor=actor))
        asked.asked_by = found
        asked.save(update_fields=["asked_by"])
    return asked


def buy(request: UUID, *, by: Representative, actor: Actor) -> Voucher | None:
    """Choose to buy what was asked for. For a young learner nothing is bought yet, and None is answered: the learner
    says yes themselves, with their own factor (`buying.buy`).

    Refuses `RepresentativeNotFound`, `MayNotRepresent`, `RequestNotFound`, `RequestBought`, `RequestOver`,
    `RequestWaits`, `AboveLimit`, `AssentAskedFor`, and what `buying.buy` does. Locks the representative and the
    request, then what `buying.buy` does.
    """
    with transaction.atomic():
        found = _lock(by, by.learner_id)
        mine = Request.objects.of_learner(found.learner).select_for_update(of=("self",))
        asked = mine.select_related("learning_account__scheme", "learning_account__learner").filter(pk=request).first()
        if asked is None:
            raise errors.RequestNotFound()
        if refusal := buying.may_buy(asked, ledger.now()):
            raise refusal
        may = limits(found, asked.learning_account, rules_of(asked.learning_account))
        above = errors.AboveLimit()
        if asked.price_minor > may.spends_minor:
            raise above
        if may.young and asked.wanted_by_id:
            raise errors.AssentAskedFor()
        asked.wanted_by, asked.wanted_most_minor, asked.wanted_for_young = found, may.spends_minor, may.young
        with walled_by({"representative_buys_within_their_limit": above}):
            asked.save(update_fields=["wanted_by", "wanted_most_minor", "wanted_for_young"])
        if may.young:
            ledger.record(
                events.ASSENT_ASKED_FOR.by(
                    actor,
                    subject=asked.subject,
                    learner=asked.learner_id,
                    scheme=asked.learning_account.scheme_id,
                    representative=found.pk,
                )
            )
            return None
        return only(buying.buy([request], learner=None, actor=actor))


def rules_of(account: LearningAccount) -> Rules:
    """The rules of the day of the account's scheme."""
    return current_rules([account.scheme_id], ledger.today())[account.scheme_id].parsed


def may_represent(user: UUID) -> Refusal | None:
    """Why this person may act for no learner: they decide what learners buy, over a scheme's money, or are paid."""
    works = (
        Adviser.objects.filter(user=user).exists()
        or SchemeManager.objects.filter(user=user).exists()
        or Staff.objects.current().filter(user=user).exists()
    )
    return errors.MayNotRepresent() if works else None


def _refuse_incompatible(user: UUID) -> None:
    if refusal := may_represent(user):
        raise refusal


def _lock(representative: Representative, learner: UUID) -> Representative:
    """The representative as they are now: whoever ends it, or took up other work meanwhile, is seen."""
    acting = Representative.objects.acting().select_related("learner").select_for_update(of=("self",))
    found = acting.filter(pk=representative.pk, learner=learner).first()
    if found is None or found.user_id is None:
        raise errors.RepresentativeNotFound()
    _refuse_incompatible(found.user_id)
    return found


def _end(representative: Representative, actor: Actor) -> Representative:
    representative.state, representative.ended_at = State.ENDED, ledger.now()
    representative.save(update_fields=["state", "ended_at"])
    _record(events.REPRESENTATIVE_ENDED, representative, actor)
    return representative


def _record(kind: EventKind, representative: Representative, actor: Actor) -> None:
    ledger.record(kind.by(actor, subject=f"representative:{representative.pk}", learner=representative.learner_id))


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
