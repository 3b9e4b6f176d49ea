"""Which schemes a learner could join, what they are asked first, and opening an account by themselves."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.core import mail
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts import schemes
from accounts.circumstances import Criterion, Document
from accounts.models import LearningAccount, User
from accounts.proving import record_evidence
from accounts.scheme_files import preset
from ledger.models import Event
from tests.factories.proofs import RESIDENCE, wants_proof
from tests.factories.vouchers import ACTOR, a_scheme
from tests.web.learner.visiting import signed_in, somebody, text
from web.notifications import writing

pytestmark = pytest.mark.django_db
OPEN = "/learner/open/ila-wales-2003/"


def test_a_learner_opens_their_account_with_one_press_and_has_their_award() -> None:
    a_scheme()
    learner = somebody()
    client = signed_in(learner)
    page = text(client.get("/learner/open/"))
    assert "One scheme has money for you." in page
    assert "£200.00" in page
    home = text(client.post(OPEN, follow=True))
    assert "Your learning account in ILA Wales is open." in home
    assert "£200.00" in home
    account = LearningAccount.objects.get()
    assert account.learner == learner
    opened = Event.objects.get(kind="learning_account.opened")
    assert (opened.actor, opened.subject) == (f"user:{learner.user_id}", account.subject)
    # Also what the test's own transaction has not committed.
    writing.notice(below=2**62)
    writing.send()
    assert {"Your learning account is open", "You have £200.00 to spend on learning"} <= {
        message.subject for message in mail.outbox
    }


def test_pressed_twice_it_is_open_once(books: Callable[[], Any]) -> None:
    a_scheme()
    client = signed_in(somebody())
    client.post(OPEN)
    before = books()
    assert client.post(OPEN).url == "/learner/"
    assert (LearningAccount.objects.count(), books()) == (1, before)
    assert "There is no further scheme" in text(client.get("/learner/open/"))


def test_whoever_the_scheme_is_not_for_reads_why_and_cannot_open_it(books: Callable[[], Any]) -> None:
    a_scheme()
    client = signed_in(somebody(level=5))
    before = books()
    page = text(client.get("/learner/open/"))
    assert "It is for people qualified to level 2 or below." in page
    assert "Open my account" not in page
    assert "It is for people qualified to level 2 or below." in text(client.post(OPEN, follow=True))
    assert not LearningAccount.objects.exists()
    assert books() == before


def test_what_has_to_be_seen_first_is_said_and_then_it_can_be_opened() -> None:
    wants_proof(a_scheme(), RESIDENCE)
    learner = somebody()
    client = signed_in(learner)
    page = text(client.get("/learner/open/"))
    assert "Something to show first" in page
    assert "We need to see proof of this: Where you live. For example a bill with your address." in page
    assert "Open my account" not in page
    client.post(OPEN)
    assert not LearningAccount.objects.exists()
    adviser = User.objects.create_user("adviser@example.org", name="Rhys")
    record_evidence(learner, Criterion.RESIDENCE, Document.UTILITY_BILL, by=adviser, actor=ACTOR)
    assert "Open my account in ILA Wales" in text(client.get("/learner/open/"))
    client.post(OPEN)
    assert LearningAccount.objects.count() == 1


def test_the_questions_that_schemes_ask_are_answered_and_there_again() -> None:
    a_scheme()
    learner = somebody()
    learner.qualification_level = None
    learner.save()
    client = signed_in(learner)
    assert "Tell us a little more" in text(client.get("/learner/open/"))
    sent = client.post("/learner/about-me/", {"qualification": "1", "benefits": ["housing_benefit"]})
    assert sent.url == "/learner/open/"
    learner.refresh_from_db()
    assert (learner.qualification_level, learner.benefits) == (1, ["housing_benefit"])
    page = client.get("/learner/about-me/").content.decode()
    assert re.findall(r'value="(\w+)"\s+checked', page) == ["1", "housing_benefit"]
    assert "Open my account in ILA Wales" in text(client.get("/learner/open/"))


def test_an_answer_that_cannot_be_taken_is_asked_for_again() -> None:
    a_scheme()
    learner = somebody()
    response = signed_in(learner).post("/learner/about-me/", {"qualification": "77", "benefits": ["none", "bounty"]})
    assert response.status_code == 422
    assert "There is a problem" in text(response)
    learner.refresh_from_db()
    assert learner.qualification_level == 1


def test_a_scheme_that_is_not_there_is_not_found() -> None:
    assert signed_in(somebody()).post("/learner/open/nothing/").status_code == 404


def test_it_costs_as_many_queries_for_one_scheme_and_for_ten(django_assert_num_queries: Any) -> None:
    a_scheme()
    client = signed_in(somebody())
    client.get("/learner/open/")
    with CaptureQueriesContext(connection) as of_one:
        client.get("/learner/open/")
    for number in range(9):
        data = preset("ila-wales-2003") | {"slug": f"fund-{number}", "name": f"Fund {number}"}
        wants_proof(schemes.set_up(data, actor=ACTOR), RESIDENCE)
    with django_assert_num_queries(len(of_one)):
        page = text(client.get("/learner/open/"))
    assert "Fund 8" in page
