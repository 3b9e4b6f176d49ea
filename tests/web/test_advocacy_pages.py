"""An adviser asks a provider for a learner, on three people's pages: what each may see, and when."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.test import Client

from accounts.models import Look
from brokerage.advocacy.models import Advocacy, Wanted
from brokerage.models import Adviser, Interest, Request
from brokerage.organisations import declaring
from ledger import today
from providers.models import Provider, Role
from tests.factories.advocacy import WORDS, answered, proposed, sent
from tests.factories.brokerage import a_request, an_adviser
from tests.factories.vouchers import ACTOR, learning_accounts
from tests.web.learner.visiting import signed_in, text
from tests.web.notifications.test_letters import letters
from tests.web.provider.visiting import at_work

pytestmark = pytest.mark.django_db


def desk_of(adviser: Adviser) -> Client:
    client = Client()
    client.force_login(adviser.user)
    return client


def provider_of(advocacy: Advocacy) -> Provider:
    return advocacy.run.course.provider


def until() -> dt.date:
    return today() + dt.timedelta(days=7)


@pytest.fixture
def asked() -> Request:
    """£120, of which the learner pays half."""
    return a_request(worth=120_00, own=True)


def test_from_the_desk_to_the_learner_to_the_provider_and_into_the_price(asked: Request) -> None:
    desk, learner = desk_of(asked.adviser), signed_in(asked.learner)
    college = at_work(asked.run.course.provider)
    page = f"/desk/learners/{asked.learner_id}/advocacy/"
    assert asked.run.course.title in text(desk.get(f"{page}?run={asked.run_id}"))
    desk.post(page, {"run": asked.run_id, "wanted": "price", "words": WORDS})
    assert "would like to ask for something for you" in "".join(letters())
    advocacy = Advocacy.objects.get()
    assert "Rhys Morgan would like to ask for something for you" in text(learner.get("/learner/"))
    assert WORDS in text(learner.get(f"/learner/advocacy/{advocacy.pk}/"))
    assert college.get(f"/provider/advocacy/{advocacy.pk}/").status_code == 404
    learner.post(f"/learner/advocacy/{advocacy.pk}/", {"answer": "unnamed"})
    assert f"An adviser asks you about {asked.run.course.title}" in letters()
    assert "Asked by advisers" in text(college.get("/provider/"))
    shown = text(college.get(f"/provider/advocacy/{advocacy.pk}/"))
    assert WORDS in shown
    assert asked.learner.family_name not in shown
    said = {"agrees": "yes", "price": "90.00", "until": until().isoformat(), "words": ""}
    college.post(f"/provider/advocacy/{advocacy.pk}/", said)
    assert f"An answer about {asked.run.course.title}" in letters()
    assert "£90.00" in text(learner.get(f"/learner/advocacy/{advocacy.pk}/"))
    before = text(learner.get(f"/learner/requests/{asked.pk}/"))
    assert "for £90.00 instead of £120.00. You would pay £45.00 yourself" in before
    learner.post(f"/learner/requests/{asked.pk}/lower-price/", {"price": "9000:4500"})
    after = text(learner.get(f"/learner/requests/{asked.pk}/"))
    assert "£45.00" in after
    assert "Ask for it at the lower price" not in after
    assert "The provider says yes" in text(desk.get(f"/desk/learners/{asked.learner_id}/"))


def test_with_a_yes_to_it_the_name_is_told_and_the_learner_reads_who_saw_it() -> None:
    advocacy = sent(named=True)
    shown = text(at_work(provider_of(advocacy)).get(f"/provider/advocacy/{advocacy.pk}/"))
    assert f"It is for {advocacy.learner.name}" in shown
    assert Look.objects.get().subject == advocacy.subject


def test_a_weaker_interest_in_the_provider_is_said_where_it_is_asked(asked: Request) -> None:
    page, desk = f"/desk/learners/{asked.learner_id}/advocacy/", desk_of(asked.adviser)
    assert "You have declared of" not in text(desk.get(page))
    declaring.declare(Interest.Kind.TAUGHT, asked.run.course.provider, by=asked.adviser, actor=ACTOR)
    assert f"You have declared of {asked.run.course.provider.name}: “I taught or worked there" in text(desk.get(page))
    assert desk.post(page, {"run": asked.run_id, "wanted": "place", "words": WORDS}).status_code == 302


def test_a_no_is_not_sent_and_called_off_it_is_gone() -> None:
    advocacy = proposed()
    learner, college = signed_in(advocacy.learner), at_work(provider_of(advocacy))
    page = f"/learner/advocacy/{advocacy.pk}/"
    assert learner.post(page, {}).status_code == 422
    learner.post(page, {"answer": "no"})
    advocacy.refresh_from_db()
    assert advocacy.state == "ended"
    other = sent(wanted=Wanted.PLACE)
    college = at_work(provider_of(other))
    assert college.get(f"/provider/advocacy/{other.pk}/").status_code == 200
    signed_in(other.learner).post(f"/learner/advocacy/{other.pk}/call-off/")
    assert college.get(f"/provider/advocacy/{other.pk}/").status_code == 404


def test_not_yours_looks_like_does_not_exist(asked: Request) -> None:
    advocacy = sent(asked)
    [other] = learning_accounts(1)
    stranger = signed_in(other.learner)
    assert stranger.get(f"/learner/advocacy/{advocacy.pk}/").status_code == 404
    assert stranger.post(f"/learner/advocacy/{advocacy.pk}/call-off/").status_code == 404
    assert stranger.post(f"/learner/requests/{asked.pk}/lower-price/", {"price": "1:1"}).status_code == 404
    assert at_work().get(f"/provider/advocacy/{advocacy.pk}/").status_code == 404
    assert at_work(provider_of(advocacy), Role.MONEY).get("/provider/advocacy/").status_code == 404
    elsewhere = desk_of(an_adviser("Somebody Else"))
    assert elsewhere.get(f"/desk/learners/{asked.learner_id}/advocacy/").status_code == 404


@pytest.mark.parametrize(
    ("said", "sentence"),
    [
        ({}, "Choose yes or no."),
        ({"agrees": "yes", "price": "120", "until": "2099-01-01"}, "below what everybody pays"),
        ({"agrees": "yes", "price": "1.001", "until": "2099-01-01"}, "There is no coin as small as that."),
        ({"agrees": "yes", "price": "a lot"}, "Write an amount in numbers"),
        ({"agrees": "yes", "price": "90"}, "until when they can ask for it"),
        ({"agrees": "yes", "price": "90", "until": "2020-01-01"}, "a day that is over"),
        ({"agrees": "no", "words": " "}, "Write a few words."),
    ],
)
def test_an_answer_that_says_too_little_says_what_is_missing(said: dict[str, Any], sentence: str) -> None:
    advocacy = sent()
    response = at_work(provider_of(advocacy)).post(f"/provider/advocacy/{advocacy.pk}/", said)
    assert response.status_code == 422
    assert sentence in text(response)


def test_words_are_never_markup() -> None:
    advocacy = answered(sent(wanted=Wanted.PLACE), agrees=False, words="<b>No</b>")
    page = signed_in(advocacy.learner).get(f"/learner/advocacy/{advocacy.pk}/").content.decode()
    assert "<b>No" not in page


def test_the_provider_s_list_costs_the_same_queries_however_long(django_assert_num_queries: Any) -> None:
    advocacy = sent()
    college = at_work(provider_of(advocacy))
    college.get("/provider/advocacy/")
    with django_assert_num_queries(8):
        college.get("/provider/advocacy/")
    for _each in range(2):
        account = learning_accounts(1)[0]
        sent(a_request(account=account, run=advocacy.run))
    with django_assert_num_queries(8):
        college.get("/provider/advocacy/")
