"""A request's page: who has it and until when, the answer with its reasons, and what the learner may do."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from brokerage import deciding
from brokerage.deciding import Ruling, decide
from brokerage.models import Outcome, ReasonCode, Request
from tests.factories.brokerage import a_request
from tests.factories.providers import CourseRunFactory
from tests.factories.vouchers import ACTOR, learning_accounts
from tests.web.learner.visiting import PASSWORD, just_shown, signed_in, text
from vouchers.models import Voucher

pytestmark = pytest.mark.django_db


def address(asked: Request, then: str = "") -> str:
    return f"/learner/requests/{asked.pk}/{then}"


def answered(outcome: Outcome = Outcome.APPROVE, *, policy: str = "guided", **ruling: Any) -> Request:
    asked = a_request(policy=policy, consulted=True)
    if outcome != Outcome.APPROVE:
        ruling = {"reason_codes": [ReasonCode.TOO_HARD], "reasons": "Level 1 first would help."} | ruling
    decide(Ruling(asked.pk, outcome, **ruling), by=asked.adviser, actor=ACTOR)
    asked.refresh_from_db()
    return asked


def test_it_says_who_has_it_until_when_and_who_covers() -> None:
    asked = a_request(policy="structured")
    page = text(signed_in(asked.learner).get(address(asked)))
    assert "Waiting for Rhys Morgan You have an answer by" in page
    assert "If they are away, Elin Pugh covers." in page
    assert "an adviser has to say yes" in page
    assert "What you wrote to your adviser please" in page
    assert "Go ahead" not in page


def test_under_open_the_learner_may_go_ahead_at_once() -> None:
    asked = a_request(policy="open")
    page = text(signed_in(asked.learner).get(address(asked)))
    assert "You can go ahead as soon as you have asked." in page
    assert "You see once more what it costs" in page


def test_under_guided_the_learner_may_go_ahead_when_nobody_answered_in_time(clock: Any) -> None:
    asked = a_request(policy="guided")
    client = signed_in(asked.learner)
    assert "You see once more" not in text(client.get(address(asked)))
    clock.move_by(days=3)
    page = text(client.get(address(asked)))
    assert "The time to answer you is over, so you may go ahead." in page


def test_an_answer_is_shown_with_its_reasons_and_alternatives() -> None:
    other = CourseRunFactory()
    asked = answered(Outcome.ADVISE_OTHERWISE, alternatives=[other])
    response = signed_in(asked.learner).get(address(asked))
    page = text(response)
    assert "Rhys Morgan answered on" in page
    assert "I would do otherwise" in page
    assert "Level 1 first would help." in page
    assert other.course.title in page
    assert f"/learner/courses/{other.pk}/" in response.content.decode()
    assert "That is advice. The choice is yours." in page


def test_going_ahead_needs_the_learner_s_password_first_and_then_goes_on(books: Callable[[], Any]) -> None:
    asked = answered()
    client = signed_in(asked.learner)
    assert "Go ahead with this course?" in text(client.get(address(asked, "go-ahead/")))
    before = books()
    sent = client.post(address(asked, "go-ahead/"))
    assert sent.status_code == 302
    assert sent.url.startswith("/account/reauthenticate/")
    assert not Voucher.objects.exists()
    wrong = client.post(sent.url, {"password": "not-the-password"})
    assert wrong.status_code == 200
    assert books() == before
    done = client.post(sent.url, {"password": PASSWORD, "next": address(asked, "go-ahead/")})
    voucher = Voucher.objects.get()
    assert done.url == f"/learner/vouchers/{voucher.pk}/"
    assert (voucher.state, voucher.learner_id) == ("issued", asked.learner_id)
    assert "Your voucher is ready." in text(client.get(done.url))


def test_going_ahead_twice_buys_once() -> None:
    asked = answered()
    client = just_shown(asked.learner)
    first, second = client.post(address(asked, "go-ahead/")), client.post(address(asked, "go-ahead/"))
    assert first.url == second.url
    assert Voucher.objects.count() == 1


def test_a_share_to_pay_comes_next() -> None:
    asked = a_request(policy="open", own=True)
    response = just_shown(asked.learner).post(address(asked, "go-ahead/"))
    assert response.url == f"/learner/vouchers/{Voucher.objects.get().pk}/pay/"


def test_going_ahead_before_the_answer_is_refused_and_moves_nothing(books: Callable[[], Any]) -> None:
    asked = a_request(policy="structured")
    client = just_shown(asked.learner)
    before = books()
    assert "Not yet This course waits for an adviser's answer" in text(client.get(address(asked, "go-ahead/")))
    response = client.post(address(asked, "go-ahead/"), follow=True)
    assert "so it cannot be bought yet" in text(response)
    assert not Voucher.objects.exists()
    assert books() == before


def test_a_request_can_be_taken_back_once_or_twice() -> None:
    asked = a_request()
    client = signed_in(asked.learner)
    page = text(client.post(address(asked, "withdraw/"), follow=True))
    assert "You have taken your request back." in page
    assert "Nothing was taken from your account." in page
    assert "Nothing more can be done" not in text(client.post(address(asked, "withdraw/"), follow=True))
    asked.refresh_from_db()
    assert asked.state == "withdrawn"


def test_what_was_bought_cannot_be_taken_back_here(books: Callable[[], Any]) -> None:
    asked = answered()
    client = just_shown(asked.learner)
    client.post(address(asked, "go-ahead/"))
    before = books()
    response = client.post(address(asked, "withdraw/"), follow=True)
    assert "There is a voucher for this request already." in text(response)
    assert "See your voucher" in text(response)
    assert books() == before


def test_a_declined_request_can_be_appealed_with_words() -> None:
    asked = answered(Outcome.DECLINE, policy="structured")
    client = signed_in(asked.learner)
    page = text(client.get(address(asked)))
    assert "Declined" in page
    assert "Ask another adviser" in page
    page = text(client.post(address(asked, "appeal/"), {"reason": "I have done level 1."}, follow=True))
    assert "Another adviser will look at it." in page
    assert "Waiting for Elin Pugh" in page
    assert "I have done level 1." in page
    again = client.post(address(asked, "appeal/"), {"reason": "I have done level 1."})
    assert again.url == address(asked)


@pytest.mark.parametrize("reason", ["", "   ", "w" * 2001])
def test_an_appeal_without_usable_words_is_asked_for_them(reason: str) -> None:
    asked = answered(Outcome.DECLINE, policy="structured")
    response = signed_in(asked.learner).post(address(asked, "appeal/"), {"reason": reason})
    assert response.status_code == 422
    assert "There is a problem" in text(response)
    asked.refresh_from_db()
    assert asked.state == "declined"


def test_an_appeal_against_nothing_is_refused() -> None:
    asked = a_request()
    response = signed_in(asked.learner).post(address(asked, "appeal/"), {"reason": "Why not?"})
    assert response.status_code == 422
    assert "Nothing more can be done with this request" in text(response)


def test_after_a_second_no_it_is_over_and_both_answers_are_there() -> None:
    asked = answered(Outcome.DECLINE, policy="structured")
    deciding.appeal(asked.pk, "I have done level 1.", learner_id=asked.learner_id, actor=ACTOR)
    ruling = Ruling(asked.pk, Outcome.DECLINE, "Not yet.", [ReasonCode.TOO_HARD])
    asked.refresh_from_db()
    decide(ruling, by=asked.adviser, actor=ACTOR)
    page = text(signed_in(asked.learner).get(address(asked)))
    assert "More than one adviser has looked at it" in page
    assert "Level 1 first would help." in page
    assert "Not yet." in page
    assert "Ask another adviser" not in page


@pytest.mark.parametrize("then", ["", "go-ahead/", "withdraw/", "appeal/"])
def test_another_learner_s_request_does_not_exist(then: str, books: Callable[[], Any]) -> None:
    asked = a_request(policy="open")
    stranger = just_shown(learning_accounts(1)[0].learner)
    before = books()
    for response in (stranger.get(address(asked, then)), stranger.post(address(asked, then), {"reason": "x"})):
        assert response.status_code in (404, 405)
    assert stranger.post(address(asked, then or "withdraw/"), {"reason": "x"}).status_code == 404
    asked.refresh_from_db()
    assert asked.state == "submitted"
    assert books() == before
