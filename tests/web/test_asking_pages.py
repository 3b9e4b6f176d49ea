"""Asking the provider for more time or to be let go: what it means first, then the question, then the answer."""

from __future__ import annotations

import datetime as dt
from typing import Any
from uuid import uuid4

import pytest
from django.core import mail

from providers.models import Role
from tests.factories.vouchers import ACTOR, a_voucher, learning_accounts
from tests.web.learner.visiting import signed_in, text
from tests.web.provider.visiting import at_work
from vouchers import asking
from vouchers.asked import Asked
from vouchers.asking import last_day
from vouchers.models import State, Voucher
from web.notifications import writing
from web.templatetags.waymark import day

pytestmark = pytest.mark.django_db


@pytest.fixture
def voucher() -> Voucher:
    return a_voucher(state=State.ACCEPTED)


def page(voucher: Voucher, then: str = "") -> str:
    return f"/learner/vouchers/{voucher.pk}/{then}"


def typed(on: dt.date) -> dict[str, str]:
    return {"until_day": str(on.day), "until_month": str(on.month), "until_year": str(on.year)}


def question(voucher: Voucher, asked: Asked) -> str:
    return f"/provider/vouchers/{voucher.code}/questions/{asked.pk}/"


def letters() -> dict[str, str]:
    mail.outbox.clear()
    while writing.notice(below=2**62) == writing.BATCH:
        pass
    writing.send()
    return {message.subject: str(message.body) for message in mail.outbox}


def test_more_time_is_asked_for_given_and_told(voucher: Voucher) -> None:
    client, last = signed_in(voucher.learner), last_day(voucher)
    until = last + dt.timedelta(days=30)
    said = text(client.get(page(voucher, "more-time/")))
    assert f"Your voucher can be used until {day(last)}." in said
    assert "A voucher can be given more time once." in said
    response = client.post(page(voucher, "more-time/"), typed(until), follow=True)
    assert f"for more time, until {day(until)}. Until they answer, the last day is {day(last)}." in text(response)
    staff = at_work(voucher.provider)
    assert f"Megan Rees asks for time until {day(until)}" in text(staff.get(f"/provider/vouchers/{voucher.code}/"))
    letters()
    response = staff.post(question(voucher, Asked.objects.get()), {"agree": ""}, follow=True)
    assert "You agreed. The learner is told." in text(response)
    assert f"It can be used until {day(until)}." in text(client.get(page(voucher)))
    assert f"can be used until {day(until)}." in letters()["You have more time"]


@pytest.mark.parametrize("days", [0, 183])
def test_a_day_that_cannot_be_is_said_beside_it_and_kept(voucher: Voucher, days: int) -> None:
    on = last_day(voucher) + dt.timedelta(days=days)
    response = signed_in(voucher.learner).post(page(voucher, "more-time/"), typed(on))
    assert response.status_code == 422
    assert "Give a day from" in text(response)
    assert f'value="{on.year}"' in response.content.decode()
    assert not Asked.objects.exists()


def test_in_the_cooling_off_the_learner_withdraws_by_themselves(voucher: Voucher) -> None:
    said = text(signed_in(voucher.learner).get(page(voucher)))
    assert "I have changed my mind" in said
    assert "Ask the provider to call it off" not in said


def test_after_it_what_would_come_back_is_shown_before_the_provider_is_asked(clock: Any) -> None:
    voucher = a_voucher(state=State.ACCEPTED, own=True)
    clock.move_by(days=15)
    client = signed_in(voucher.learner)
    assert "Ask the provider to call it off" in text(client.get(page(voucher)))
    said = text(client.get(page(voucher, "call-off/")))
    assert "£60.00 goes back to your account at once." in said
    assert "£60.00 goes back to your card; that can take a few days." in said
    response = client.post(page(voucher, "call-off/"), follow=True)
    assert "Until they answer, everything stays as it is." in text(response)
    again = client.post(page(voucher, "call-off/"), follow=True)
    assert "You have asked the provider something about this voucher" in text(again)
    letters()
    at_work(voucher.provider).post(question(voucher, Asked.objects.get()), {"decline": ""})
    assert "The provider did not call it off." in text(client.get(page(voucher)))
    told = letters()[f"{voucher.provider.name} has answered your question"]
    assert "does not call off your voucher" in told


def test_called_off_the_voucher_says_what_came_back(voucher: Voucher) -> None:
    asked = asking.ask_to_call_off(voucher.pk, learner=voucher.learner, actor=ACTOR)
    response = at_work(voucher.provider).post(question(voucher, asked), {"agree": ""}, follow=True)
    assert "You agreed. The learner is told." in text(response)
    said = text(signed_in(voucher.learner).get(page(voucher)))
    assert "The learner cannot attend. £120.00 came back." in said
    assert "Ask for more time" not in said


def test_it_can_be_taken_back(voucher: Voucher) -> None:
    asked = asking.ask_to_call_off(voucher.pk, learner=voucher.learner, actor=ACTOR)
    response = signed_in(voucher.learner).post(f"/learner/questions/{asked.pk}/take-back/", follow=True)
    assert "You have taken it back." in text(response)
    assert "asks you to call it off" not in text(at_work(voucher.provider).get(f"/provider/vouchers/{voucher.code}/"))


def test_not_theirs_is_not_found_and_changes_nothing(voucher: Voucher) -> None:
    asked = asking.ask_to_call_off(voucher.pk, learner=voucher.learner, actor=ACTOR)
    [other], elsewhere = learning_accounts(1), a_voucher(state=State.ACCEPTED)
    stranger = signed_in(other.learner)
    assert stranger.get(page(voucher, "more-time/")).status_code == 404
    assert stranger.post(page(voucher, "call-off/")).status_code == 404
    assert stranger.post(f"/learner/questions/{asked.pk}/take-back/").status_code == 404
    assert at_work(elsewhere.provider).post(question(voucher, asked), {"agree": ""}).status_code == 404
    assert at_work(elsewhere.provider).post(question(elsewhere, asked), {"agree": ""}).status_code == 404
    assert at_work(voucher.provider, Role.MONEY).post(question(voucher, asked), {"agree": ""}).status_code == 404
    unknown = f"/provider/vouchers/{voucher.code}/questions/{uuid4()}/"
    assert at_work(voucher.provider).post(unknown, {"agree": ""}).status_code == 404
    asked.refresh_from_db()
    assert asked.state == "open"


@pytest.mark.parametrize("state", [State.ISSUED, State.COMPLETED])
def test_where_there_is_nothing_to_ask_the_pages_lead_back(state: State) -> None:
    voucher = a_voucher(state=state)
    client = signed_in(voucher.learner)
    for then in ("more-time/", "call-off/"):
        assert client.get(page(voucher, then)).url == page(voucher)
