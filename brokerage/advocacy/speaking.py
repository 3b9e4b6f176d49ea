"""Speaking: an adviser puts in a word for a learner who wishes it, in a case or in the appeal of a request.

By the learner's wish the adviser sees what it is about, and may say something once: in their own name, for whoever
decides, and for the learner, to read. Nobody speaks who decided on it or decides now, or who has an interest in it.
"""

from __future__ import annotations

from uuid import UUID

from django.db import transaction
from django.db.models import Q, QuerySet

import ledger
from accounts.models import Learner
from brokerage.advocacy import errors, events
from brokerage.advocacy.models import GoodWord
from brokerage.errors import RequestNotFound
from brokerage.models import Adviser, Caseload, Request, RequestState
from brokerage.organisations.declaring import may_broker
from config.refusals import Refusal
from config.walls import walled_by
from ledger import Actor, EventKind
from providers.feeds.plain_text import paragraphs
from vouchers import complaining
from vouchers.cases import Case, CaseAbout, CaseState

# While an appeal is looked at: where the scheme wants two, the second adviser looks at it, too.
APPEALED = Q(state=RequestState.APPEALED) | Q(state=RequestState.APPROVED_ONCE) & ~Q(appeal_reason="")
WALLS = {"one_good_word_a_case": errors.GoodWordWished(), "one_good_word_an_appeal": errors.GoodWordWished()}


def who_speaks(about: Case | Request) -> Adviser | None:
    """Who can put in a word here: the learner's named adviser, else whoever covers for them; None where neither can."""
    if isinstance(about, Case):
        if about.about == CaseAbout.ADVISER:
            return None
        provider, involved = about.provider_id, set[UUID | None]()
    else:
        provider, involved = about.run.course.provider_id, _involved(about)
    named = Caseload.objects.filter(learner=about.learner_id).select_related("adviser__user", "adviser__organisation")
    entry = named.select_related("adviser__cover__user", "adviser__cover__organisation").first()
    for adviser in (entry.adviser, entry.adviser.cover) if entry else ():
        if adviser is not None and adviser.pk not in involved and _may(adviser, about.learner_id, provider):
            return adviser
    return None


def wish_in_case(case: UUID, *, learner: Learner, actor: Actor) -> GoodWord:
    """The learner wishes that their adviser speaks in their case. Refuses `CaseNotFound`, `CaseIsSettled`,
    `NobodySpeaks`, `GoodWordWished`. Locks the case."""
    with transaction.atomic():
        found = complaining.lock_open(Case.objects.of_learner(learner).filter(pk=case))
        return _wish(found, GoodWord(case=found), learner, actor)


def wish_in_appeal(request: UUID, *, learner: Learner, actor: Actor) -> GoodWord:
    """The same in an appeal. Refuses `RequestNotFound`, `NobodySpeaks`, `GoodWordWished`. Locks the request."""
    with transaction.atomic():
        found = Request.objects.filter(APPEALED, pk=request, learner=learner).locked().first()
        if found is None:
            raise RequestNotFound()
        return _wish(found, GoodWord(request=found), learner, actor)


def take_back(word: UUID, *, learner: Learner, actor: Actor) -> GoodWord:
    """The learner wishes it no more. Said twice, it is said once. Refuses `GoodWordNotFound`, `GoodWordOver`. Locks
    it."""
    with transaction.atomic():
        found = _lock(GoodWord.objects.filter(learner=learner), word)
        if found.said_at is not None:
            raise errors.GoodWordOver()
        if found.taken_back_at is None:
            found.taken_back_at = ledger.now()
            found.save(update_fields=["taken_back_at"])
            _record(events.GOOD_WORD_TAKEN_BACK, found, actor)
    return found


def asked_of(adviser: Adviser) -> QuerySet[GoodWord]:
    """What learners who are still theirs wish this adviser to say, where it can still be said."""
    theirs = Q(learner__caseload__adviser=adviser) | Q(learner__caseload__adviser__cover=adviser)
    open_ones = Q(case__state__in=[CaseState.OPENED, CaseState.WITH_MEDIATOR]) | Q(
        request__in=Request.objects.filter(APPEALED).order_by()
    )
    waits = GoodWord.objects.filter(theirs, open_ones, adviser=adviser, said_at=None, taken_back_at=None)
    return waits.select_related("learner", "case__provider", "case__scheme", "request__run__course__provider")


def say(word: UUID, words: str, *, by: Adviser, actor: Actor) -> GoodWord:
    """The adviser says it, once. It counts for nothing by itself: whoever decides reads it.

    Refuses `GoodWordNotFound`, `AdvocacyWordsMissing`, `CaseIsSettled`, `MarkNeeded`, `Interested`, `GoodWordOver`,
    also where they decide it themselves now. Locks the case or the request, then the word.
    """
    asked = asked_of(by).filter(pk=word).first()
    if asked is None:
        raise errors.GoodWordNotFound()
    if not (text := paragraphs(words)):
        raise errors.AdvocacyWordsMissing(field="words")
    may_broker(asked.learner_id, _provider(asked), by)
    with transaction.atomic():
        if asked.case_id is not None:
            complaining.speak_for(asked.case_id, text, author=by.user, actor=actor)
        else:
            appealed = Request.objects.filter(APPEALED, good_words=asked.pk).locked().first()
            if appealed is None or by.pk in _involved(appealed):
                raise errors.GoodWordOver()
        found = _lock(GoodWord.objects.all(), word)
        if not found.waits:
            raise errors.GoodWordOver()
        found.said_at, found.words = ledger.now(), "" if found.case_id else text
        found.save(update_fields=["said_at", "words"])
        _record(events.GOOD_WORD_SAID, found, actor)
    return found


def _involved(request: Request) -> set[UUID | None]:
    """Who decided on it, decides now, or would in their place."""
    return {request.adviser_id, request.cover_id, *request.decisions.values_list("adviser", flat=True)}


def _provider(word: GoodWord) -> UUID | None:
    if word.case is not None:
        return word.case.provider_id
    assert word.request is not None  # it is one of the two
    return word.request.run.course.provider_id


def _may(adviser: Adviser, learner: UUID, provider: UUID | None) -> bool:
    try:
        may_broker(learner, provider, adviser)
    except Refusal:
        return False
    return True


def _wish(about: Case | Request, word: GoodWord, learner: Learner, actor: Actor) -> GoodWord:
    adviser = who_speaks(about)
    if adviser is None:
        raise errors.NobodySpeaks()
    word.learner, word.adviser, word.wished_at = learner, adviser, ledger.now()
    with walled_by(WALLS):
        word.save(force_insert=True)
    _record(events.GOOD_WORD_WISHED, word, actor)
    return word


def _lock(among: QuerySet[GoodWord], word: UUID) -> GoodWord:
    if (found := among.filter(pk=word).select_for_update(of=("self",)).first()) is None:
        raise errors.GoodWordNotFound()
    return found


def _record(kind: EventKind, word: GoodWord, actor: Actor) -> None:
    about = {"learner": word.learner_id, "adviser": word.adviser_id, "case": word.case_id, "request": word.request_id}
    ledger.record(kind.by(actor, word.subject, **about))
