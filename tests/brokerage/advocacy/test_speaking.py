"""An adviser puts in a word for a learner who wishes it: in their own name, once, where they have no hand in it."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.test import Client

import ledger
from accounts.models import Look, User
from brokerage import assigning, deciding
from brokerage.advocacy import errors as no
from brokerage.advocacy import speaking
from brokerage.advocacy.models import GoodWord
from brokerage.deciding import Ruling
from brokerage.deciding_errors import SpokeForThem
from brokerage.models import Adviser, Caseload, Outcome, ReasonCode, Request
from brokerage.organisation_models import Interest
from brokerage.organisations import declaring
from brokerage.organisations.errors import Interested
from config.refusals import Refusal
from ledger.errors import NeverChanged, in_words
from tests.factories.brokerage import a_request, an_adviser
from tests.factories.cases import not_me, taken
from tests.factories.vouchers import ACTOR, a_voucher
from tests.web.learner.visiting import signed_in, text
from tests.web.notifications.test_letters import letters
from vouchers import complaining, mediating
from vouchers.cases import Case, CaseAbout, CaseEntry
from vouchers.errors import CaseIsSettled, CaseNotFound

pytestmark = pytest.mark.django_db
WORDS = "She was at work with me on that day."


def desk_of(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def a_case(about: CaseAbout = CaseAbout.VOUCHER) -> tuple[Case, Adviser]:
    """A complaint that its provider reads, of a learner with a named adviser whom Elin Pugh covers."""
    voucher, adviser = a_voucher(), an_adviser(cover=an_adviser("Elin Pugh"))
    Caseload.objects.filter(learner=voucher.learner).delete()
    assigning.name_advisers([voucher.learner], [adviser])
    given: Any = {"learner": voucher.learner, "account": voucher.learning_account_id, "voucher": voucher.pk}
    return complaining.complain(about, "It was not as said.", **given, actor=ACTOR), adviser


def an_appeal() -> tuple[Request, Adviser]:
    """A declined request that is appealed, of a learner who has another adviser since."""
    asked = a_request(policy="structured", consulted=True)
    why: Any = {"reasons": "Too hard.", "reason_codes": [ReasonCode.TOO_HARD]}
    deciding.decide(Ruling(asked.pk, Outcome.DECLINE, **why), by=asked.adviser, actor=ACTOR)
    deciding.appeal(asked.pk, "I have done level 1.", learner_id=asked.learner_id, actor=ACTOR)
    adviser = an_adviser("Carys Lloyd")
    Caseload.objects.filter(learner=asked.learner).update(adviser=adviser)
    return Request.objects.select_related("run__course", "learner").get(pk=asked.pk), adviser


def wished(case: Case) -> GoodWord:
    return speaking.wish_in_case(case.pk, learner=case.learner, actor=ACTOR)


def test_a_word_in_a_case_begins_with_the_learners_wish_and_is_read_by_whoever_reads_the_learner() -> None:
    case, adviser = a_case()
    word = wished(case)
    assert (word.adviser, word.waits) == (adviser, True)
    speaking.say(word.pk, WORDS, by=adviser, actor=ACTOR)
    entry = CaseEntry.objects.get(side="adviser")
    assert (entry.words, entry.author, entry.to_provider, entry.case) == (WORDS, adviser.user, True, case)
    with pytest.raises(no.GoodWordNotFound):
        speaking.say(word.pk, "And more.", by=adviser, actor=ACTOR)
    with pytest.raises(no.GoodWordOver):
        speaking.take_back(word.pk, learner=case.learner, actor=ACTOR)
    with pytest.raises(no.GoodWordWished):
        wished(case)


def test_of_a_voucher_that_was_not_them_the_provider_does_not_read_it() -> None:
    case = not_me(a_voucher())
    adviser = an_adviser()
    Caseload.objects.filter(learner=case.learner).delete()
    assigning.name_advisers([case.learner], [adviser])
    speaking.say(wished(case).pk, WORDS, by=adviser, actor=ACTOR)
    assert not CaseEntry.objects.get(side="adviser").to_provider


def test_without_a_wish_or_after_it_was_taken_back_nobody_speaks() -> None:
    case, adviser = a_case()
    word = wished(case)
    for other in (adviser.cover, an_adviser("Somebody Else")):
        with pytest.raises(no.GoodWordNotFound):
            speaking.say(word.pk, WORDS, by=other, actor=ACTOR)
    with pytest.raises(no.GoodWordNotFound):
        speaking.take_back(word.pk, learner=a_voucher().learner, actor=ACTOR)
    speaking.take_back(word.pk, learner=case.learner, actor=ACTOR)
    with pytest.raises(no.GoodWordNotFound):
        speaking.say(word.pk, WORDS, by=adviser, actor=ACTOR)
    assert (wished(case).waits, CaseEntry.objects.filter(side="adviser").count()) == (True, 0)


def test_a_former_adviser_and_a_settled_case_are_too_late() -> None:
    case, adviser = a_case()
    word = wished(case)
    _case, mediator = taken(case)
    given: Any = {"reasons": "Looked into.", "by": mediator, "scheme": case.scheme, "actor": ACTOR}
    mediating.settle(case.pk, upheld=False, **given)
    with pytest.raises(no.GoodWordNotFound):
        speaking.say(word.pk, WORDS, by=adviser, actor=ACTOR)
    with pytest.raises(CaseIsSettled):
        wished(case)
    other, adviser = a_case()
    word = wished(other)
    Caseload.objects.filter(learner=other.learner).update(adviser=an_adviser("Carys Lloyd"))
    with pytest.raises(no.GoodWordNotFound):
        speaking.say(word.pk, WORDS, by=adviser, actor=ACTOR)
    with pytest.raises(CaseNotFound):
        speaking.wish_in_case(other.pk, learner=case.learner, actor=ACTOR)


def test_of_a_complaint_about_an_adviser_and_with_an_interest_nobody_speaks() -> None:
    about_them, _adviser = a_case(CaseAbout.ADVISER)
    with pytest.raises(no.NobodySpeaks):
        wished(about_them)
    case, adviser = a_case()
    word = wished(case)
    declaring.declare(Interest.Kind.WORKS, case.provider, by=adviser, actor=ACTOR)
    with pytest.raises(Interested):
        speaking.say(word.pk, WORDS, by=adviser, actor=ACTOR)
    speaking.take_back(word.pk, learner=case.learner, actor=ACTOR)
    assert wished(case).adviser == adviser.cover


def test_in_an_appeal_nobody_speaks_who_decided_or_decides() -> None:
    appealed, adviser = an_appeal()
    former, deciding_now = appealed.decisions.get().adviser, appealed.adviser
    for other in (former, deciding_now):
        Caseload.objects.filter(learner=appealed.learner).update(adviser=other)
        assert speaking.who_speaks(appealed) not in (former, deciding_now)
    Caseload.objects.filter(learner=appealed.learner).update(adviser=adviser)
    word = speaking.wish_in_appeal(appealed.pk, learner=appealed.learner, actor=ACTOR)
    Request.objects.filter(pk=appealed.pk).update(adviser=adviser)
    with pytest.raises(no.GoodWordOver):
        speaking.say(word.pk, WORDS, by=adviser, actor=ACTOR)
    Request.objects.filter(pk=appealed.pk).update(adviser=deciding_now)
    with pytest.raises(no.AdvocacyWordsMissing):
        speaking.say(word.pk, " ", by=adviser, actor=ACTOR)
    assert speaking.say(word.pk, WORDS, by=adviser, actor=ACTOR).words == WORDS
    others = assigning.another_adviser(appealed)
    assert others is None or adviser not in others
    Request.objects.filter(pk=appealed.pk).update(cover=adviser)
    with pytest.raises(SpokeForThem):
        deciding.decide(Ruling(appealed.pk, Outcome.APPROVE), by=adviser, actor=ACTOR)
    for change in ({"words": "Something else."}, {"said_at": None}, {"taken_back_at": ledger.now()}):
        with pytest.raises((NeverChanged, IntegrityError)), transaction.atomic(), in_words():
            GoodWord.objects.filter(pk=word.pk).update(**change)
    GoodWord.objects.filter(pk=word.pk).update(words="")


def test_what_is_not_appealed_has_no_word() -> None:
    asked = a_request()
    with pytest.raises(Refusal) as refused:
        speaking.wish_in_appeal(asked.pk, learner=asked.learner, actor=ACTOR)
    assert refused.value.status == 404


def test_a_case_from_the_learners_press_to_the_mediators_page() -> None:
    case, adviser = a_case()
    me, desk = signed_in(case.learner), desk_of(adviser.user)
    page = f"/learner/cases/{case.pk}/"
    assert "Rhys Morgan can put in a word for you" in text(me.get(page))
    me.post(f"{page}good-word/")
    assert "A learner asks you to put in a word" in letters()
    assert "They have not written yet." in text(me.get(page))
    assert f"Put in a word for {case.learner.name}" in text(desk.get("/desk/"))
    word = GoodWord.objects.get()
    there = f"/desk/good-words/{word.pk}/"
    assert "It was not as said." in text(desk.get(there))
    assert Look.objects.filter(subject=case.subject, user=adviser.user).exists()
    assert desk_of(an_adviser("Somebody Else").user).get(there).status_code == 404
    assert desk.post(there, {"words": " "}).status_code == 422
    desk.post(there, {"words": f"<b>{WORDS}</b>"})
    assert "Rhys Morgan has put in a word for you" in letters()
    _case, mediator = taken(case)
    for shown in (me.get(page), desk_of(mediator).get(f"/scheme/cases/{case.pk}/")):
        assert "Adviser, for the learner, Rhys Morgan" in text(shown)
        assert f"<b>{WORDS}" not in shown.content.decode()
    assert desk.get(there).status_code == 404


def test_an_appeal_from_the_learners_press_to_whoever_decides() -> None:
    appealed, adviser = an_appeal()
    me, desk = signed_in(appealed.learner), desk_of(adviser.user)
    page = f"/learner/requests/{appealed.pk}/"
    me.post(f"{page}good-word/")
    word = GoodWord.objects.get()
    stranger = signed_in(a_voucher().learner)
    assert stranger.post(f"/learner/good-words/{word.pk}/take-back/").status_code == 404
    me.post(f"/learner/good-words/{word.pk}/take-back/")
    me.post(f"{page}good-word/")
    word = GoodWord.objects.get(taken_back_at=None)
    shown = text(desk.get(f"/desk/good-words/{word.pk}/"))
    assert ("I have done level 1." in shown, "Too hard." in shown) == (True, True)
    desk.post(f"/desk/good-words/{word.pk}/", {"words": WORDS})
    assert WORDS in text(me.get(page))
    assert appealed.adviser is not None
    whoever_decides = text(desk_of(appealed.adviser.user).get(f"/desk/requests/{appealed.pk}/"))
    assert f"Carys Lloyd puts in a word for them {WORDS}" in whoever_decides
