"""A learner asks to be rung: promised, rung by the adviser or whoever covers, tried three times, never forgotten."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from brokerage import leaving
from brokerage.models import Consultation, Request
from brokerage.talking import calling_back, errors
from brokerage.talking.models import CallBack, GuidanceEntry
from config.refusals import Refusal
from ledger.models import Event
from tests.factories.brokerage import a_request, an_adviser, under
from tests.factories.talks import a_call_back, advised
from tests.factories.vouchers import ACTOR, learning_accounts

pytestmark = pytest.mark.django_db


def ask(learner: Any, telephone: str = "01248 555 010", **more: Any) -> CallBack:
    given = {"language": "en-gb"} | more
    return calling_back.ask(telephone, learner=learner, actor=ACTOR, **given)


def test_it_is_promised_within_the_fewest_hours_that_a_scheme_of_theirs_gives() -> None:
    account = learning_accounts(1)[0]
    adviser = an_adviser(cover=an_adviser("Elin Pugh"))
    under(account, policy="open", answer_within_hours=24)
    asked = ask(account.learner)
    assert asked.call_by - asked.asked_at == dt.timedelta(hours=24)
    assert asked.adviser in (adviser, adviser.cover)


def test_about_a_request_it_is_with_whoever_answers_that_within_its_hours() -> None:
    request = a_request(answer_within_hours=12)
    asked = ask(request.learner, request=request)
    assert (asked.adviser, asked.cover) == (request.adviser, request.cover)
    assert asked.call_by - asked.asked_at == dt.timedelta(hours=12)
    calling_back.reach(asked.pk, minutes=9, note="We talked.", by=request.adviser, actor=ACTOR)
    request.refresh_from_db()
    assert request.state == "in_consultation"
    assert (Consultation.objects.get().request, GuidanceEntry.objects.get().call_back) == (request, asked)


@pytest.mark.parametrize(
    ("wrong", "refusal"),
    [
        ({"telephone": "ring me"}, errors.TelephoneWrong),
        ({"telephone": "12"}, errors.TelephoneWrong),
        ({"telephone": "<b>01248555010</b>"}, errors.TelephoneWrong),
        ({"language": "de"}, errors.LanguageNotSpoken),
    ],
)
def test_what_cannot_be_rung_is_refused(wrong: dict[str, str], refusal: type[Refusal]) -> None:
    learner, _adviser = advised()
    with pytest.raises(refusal):
        ask(learner, **wrong)
    assert not CallBack.objects.exists()


def test_one_waits_at_a_time_and_can_be_taken_back() -> None:
    asked = a_call_back()
    with pytest.raises(errors.CallBackWaits):
        ask(asked.learner)
    with pytest.raises(errors.TalkNotFound):
        calling_back.take_back(asked.pk, learner=learning_accounts(1)[0].learner, actor=ACTOR)
    calling_back.take_back(asked.pk, learner=asked.learner, actor=ACTOR)
    with pytest.raises(errors.CallBackOver):
        calling_back.take_back(asked.pk, learner=asked.learner, actor=ACTOR)
    assert ask(asked.learner).state == "waiting"


def test_somebody_else_s_request_is_not_rung_about() -> None:
    request: Request = a_request()
    with pytest.raises(errors.TalkNotFound):
        ask(learning_accounts(1)[0].learner, request=request)


def test_nobody_answers_three_times_and_the_learner_is_told() -> None:
    asked = a_call_back()
    for tries, state in ((1, "waiting"), (2, "waiting"), (3, "not_reached")):
        tried = calling_back.nobody_answered(asked.pk, by=asked.adviser, actor=ACTOR)
        assert (tried.tries, tried.state) == (tries, state)
    with pytest.raises(errors.CallBackOver):
        calling_back.nobody_answered(asked.pk, by=asked.adviser, actor=ACTOR)
    assert GuidanceEntry.objects.filter(kind="not_reached", call_back=asked).count() == 3
    assert [event.kind for event in Event.objects.filter(subject=asked.subject).order_by("id")][-1] == (
        "call_back.not_reached"
    )


def test_another_adviser_cannot_see_or_do_it_and_whoever_covers_can() -> None:
    asked = a_call_back()
    with pytest.raises(errors.TalkNotFound):
        calling_back.nobody_answered(asked.pk, by=an_adviser("Somebody Else"), actor=ACTOR)
    assert calling_back.nobody_answered(asked.pk, by=asked.cover, actor=ACTOR).tries == 1


def test_when_its_time_is_over_whoever_covers_has_it_once_with_as_much_time_again(clock: Any) -> None:
    asked = a_call_back()
    clock.move_to(asked.call_by - dt.timedelta(minutes=1))
    assert calling_back.run_out(actor=ACTOR) == 0
    clock.move_by(minutes=2)
    assert [calling_back.run_out(actor=ACTOR), calling_back.run_out(actor=ACTOR)] == [1, 0]
    late = CallBack.objects.get()
    assert (late.adviser, late.cover) == (asked.cover, asked.adviser)
    assert late.call_by - late.handed_over_at == asked.call_by - asked.asked_at
    assert Event.objects.get(kind="call_back.handed_over").data["adviser"] == str(asked.cover_id)


def test_whoever_leaves_is_not_rung_and_their_number_is_gone() -> None:
    asked = a_call_back(about="The evening course")
    leaving.leave(asked.learner_id, actor=ACTOR)
    asked.refresh_from_db()
    assert (asked.state, asked.telephone, asked.about) == ("taken_back", "", "")
