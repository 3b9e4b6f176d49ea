"""Calling back: a learner asks to be rung, and is, within the time that their scheme promises an answer in."""

from __future__ import annotations

import datetime as dt
import re
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.db.models import F, Q

import ledger
from accounts.models import Learner, LearningAccount
from accounts.schemes import current_rules
from brokerage.assigning import Desk, desks_for
from brokerage.consulting import hold
from brokerage.models import WAITING, Adviser, Channel, Consultation, Request
from brokerage.talking import errors, events
from brokerage.talking.models import CallBack, CallBackState, EntryKind
from brokerage.talking.recording import put_down, write
from config.walls import walled_by
from ledger import Actor
from providers.feeds.plain_text import one_line, paragraphs

# For whoever has no learning account yet, so that no scheme promises anything: what most schemes promise.
WITHOUT_A_SCHEME = dt.timedelta(hours=48)
# Then it is the learner's turn again, and they are written to.
MOST_TRIES = 3
SWEEP = 200
_TELEPHONE = re.compile(r"\+?[0-9]{6,15}")
WALL = {"one_waiting_call_back_a_learner": errors.CallBackWaits()}


def ask(
    telephone: str,
    *,
    language: str,
    good_times: str = "",
    about: str = "",
    request: Request | None = None,
    learner: Learner,
    actor: Actor,
) -> CallBack:
    """The learner is to be rung, about a request of theirs that waits where one is named, by whoever answers that.

    Promised within the hours that the request's rules give an adviser; without one, the fewest that a scheme of theirs
    gives. Refuses `TelephoneWrong`, `LanguageNotSpoken`, `CallBackWaits`, `NobodyToCall`, `TalkNotFound`.
    """
    number = one_line(telephone)
    if not _TELEPHONE.fullmatch(re.sub(r"[ ()./-]", "", number)) or len(number) > 30:
        raise errors.TelephoneWrong(field="telephone")
    if language not in dict(settings.LANGUAGES):
        raise errors.LanguageNotSpoken(field="language")
    if request is not None and (request.learner_id != learner.pk or request.state not in WAITING):
        raise errors.TalkNotFound()
    whose = (request.adviser, request.cover) if request and request.adviser else _advisers(learner)
    if whose is None or whose[0] is None:
        raise errors.NobodyToCall()
    now = ledger.now()
    with transaction.atomic(), walled_by(WALL):
        call_back = CallBack.objects.create(
            learner=learner,
            request=request,
            adviser=whose[0],
            cover=whose[1],
            telephone=number,
            good_times=one_line(good_times),
            language=language,
            about=paragraphs(about),
            asked_at=now,
            call_by=now + promised(learner, request),
        )
        ledger.record(
            events.CALL_BACK_ASKED.by(
                actor,
                call_back.subject,
                learner=learner.pk,
                adviser=call_back.adviser_id,
                cover=call_back.cover_id,
                call_by=call_back.call_by,
            )
        )
    return call_back


def promised(learner: Learner, request: Request | None = None) -> dt.timedelta:
    """How soon the learner is rung. Two queries at most."""
    if request is not None:
        return dt.timedelta(hours=request.rule_version.parsed.adviser.answer_within_hours)
    schemes = LearningAccount.objects.filter(learner=learner).values_list("scheme", flat=True)
    rules = current_rules(list(schemes), ledger.today()).values()
    hours = [version.parsed.adviser.answer_within_hours for version in rules]
    return dt.timedelta(hours=min(hours)) if hours else WITHOUT_A_SCHEME


def reach(call_back: UUID, *, minutes: int, note: str, by: Adviser, actor: Actor) -> Consultation:
    """They talked: it goes on the record, and on that of the request it was about, where that still waits here.

    Refuses `TalkNotFound`, `OwnRecord`, `CallBackOver`, `WordsMissing`. Locks the request, then the call-back.
    """
    note = paragraphs(note)
    if not note:
        raise errors.WordsMissing(field="note")
    with transaction.atomic():
        asked = Request.objects.on_the_desk_of(by).filter(call_backs=call_back, voucher=None, state__in=WAITING)
        about = asked.select_for_update(of=("self",)).first()
        found = _lock(call_back, by)
        _end(found, CallBackState.DONE)
        if about is not None:
            return hold(
                about.pk,
                by=by,
                channel=Channel.PHONE,
                minutes=minutes,
                note=note,
                call_back=found,
                actor=actor,
            )
        return put_down(
            found.learner_id,
            by=by,
            channel=Channel.PHONE,
            minutes=minutes,
            note=note,
            call_back=found,
            actor=actor,
        )


def nobody_answered(call_back: UUID, *, by: Adviser, actor: Actor) -> CallBack:
    """It was tried, which is kept; after `MOST_TRIES` times it ends, and the learner is written to.

    Refuses `TalkNotFound`, `OwnRecord`, `CallBackOver`. Locks the call-back.
    """
    with transaction.atomic():
        found = _lock(call_back, by)
        found.tries, found.last_tried_at = found.tries + 1, ledger.now()
        found.save(update_fields=["tries", "last_tried_at"])
        write(found.learner_id, EntryKind.NOT_REACHED, adviser=by, call_back=found, actor=actor)
        kind = events.CALL_BACK_TRIED
        if found.tries >= MOST_TRIES:
            _end(found, CallBackState.NOT_REACHED)
            kind = events.CALL_BACK_NOT_REACHED
        ledger.record(kind.by(actor, found.subject, learner=found.learner_id, adviser=by.pk, tries=found.tries))
    return found


def take_back(call_back: UUID, *, learner: Learner, actor: Actor) -> CallBack:
    """The learner need not be rung any more. Refuses `TalkNotFound`, `CallBackOver`. Locks the call-back."""
    with transaction.atomic():
        found = CallBack.objects.select_for_update(of=("self",)).filter(pk=call_back, learner=learner).first()
        if found is None:
            raise errors.TalkNotFound()
        _check(found)
        _end(found, CallBackState.TAKEN_BACK)
        ledger.record(events.CALL_BACK_TAKEN_BACK.by(actor, found.subject, learner=learner.pk))
    return found


def take_all_back(learner: Learner, *, actor: Actor) -> None:
    """Whoever leaves is not rung any more."""
    for call_back in CallBack.objects.waiting().filter(learner=learner).values_list("pk", flat=True):
        take_back(call_back, learner=learner, actor=actor)


def leave(learner: Learner, former: Adviser, adviser: Adviser | None, *, actor: Actor) -> None:
    """Another adviser rings, since the learner has left the former one; the time promised stays."""
    whose = (adviser, adviser.cover) if adviser else _advisers(learner)
    if whose is None:
        return
    mine = CallBack.objects.waiting().filter(learner=learner).filter(Q(adviser=former) | Q(cover=former))
    for found in mine.select_for_update(of=("self",)):
        found.adviser, found.cover = whose
        found.cover = None if found.cover_id == former.pk else found.cover
        found.save(update_fields=["adviser", "cover"])
        ledger.record(
            events.CALL_BACK_HANDED_OVER.by(
                actor, found.subject, learner=learner.pk, adviser=found.adviser_id, call_by=found.call_by
            )
        )


def run_out(*, actor: Actor) -> int:
    """Hand call-backs whose time is over to whoever covers, once, with as much time again; how many. Can run twice.

    Locks the call-backs, in chunks of `SWEEP`.
    """
    handed_over = 0
    while True:
        with transaction.atomic():
            now = ledger.now()
            due = list(
                CallBack.objects.waiting()
                .filter(call_by__lte=now, handed_over_at=None, cover__isnull=False)
                .order_by("id")
                .select_for_update(of=("self",))[:SWEEP]
            )
            CallBack.objects.filter(pk__in=[each.pk for each in due]).update(
                adviser=F("cover"),
                cover=F("adviser"),
                handed_over_at=now,
                call_by=now + (F("call_by") - F("asked_at")),
            )
            ledger.record(
                *(
                    events.CALL_BACK_HANDED_OVER.by(
                        actor,
                        each.subject,
                        learner=each.learner_id,
                        adviser=each.cover_id,
                        call_by=now + (each.call_by - each.asked_at),
                    )
                    for each in due
                )
            )
        handed_over += len(due)
        if not due:
            return handed_over


def _advisers(learner: Learner) -> Desk | None:
    return desks_for([(learner.pk, None)], ledger.today()).get((learner.pk, None))


def _lock(call_back: UUID, by: Adviser) -> CallBack:
    found = (
        CallBack.objects.on_the_desk_of(by)
        .select_for_update(of=("self",))
        .select_related("learner")
        .filter(pk=call_back)
        .first()
    )
    if found is None:
        raise errors.TalkNotFound()
    if found.learner.user_id == by.user_id:
        raise errors.OwnRecord()
    _check(found)
    return found


def _check(found: CallBack) -> None:
    if found.state != CallBackState.WAITING:
        raise errors.CallBackOver(state=found.get_state_display())


def _end(found: CallBack, state: CallBackState) -> None:
    found.state, found.ended_at = state, ledger.now()
    found.save(update_fields=["state", "ended_at"])
