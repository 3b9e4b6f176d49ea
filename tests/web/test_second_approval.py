"""A second approval as people see it: on the second adviser's desk, on the learner's page and in a letter."""

from __future__ import annotations

from typing import Any

import pytest
from django.core import mail
from django.test import Client

from brokerage.models import Request
from tests.factories.brokerage import a_request
from tests.web.learner.visiting import signed_in, text
from web.notifications import writing

pytestmark = pytest.mark.django_db


@pytest.fixture
def asked() -> Request:
    return a_request(policy="structured", worth=150_00, second_approver_above_minor=120_00, consulted=True)


def desk_of(adviser: Any) -> Client:
    client = Client()
    client.force_login(adviser.user)
    return client


def approve(asked: Request, adviser: Any) -> Any:
    return desk_of(adviser).post(f"/desk/requests/{asked.pk}/decide/", {"outcome": "approve"}, follow=True)


def test_the_first_adviser_is_told_who_decides_next_and_it_leaves_their_desk(asked: Request) -> None:
    page = text(desk_of(asked.adviser).get(f"/desk/requests/{asked.pk}/"))
    assert "For this amount a second adviser approves too. If you approve, it goes to a colleague." in page
    page = text(approve(asked, asked.adviser))
    assert "Megan Rees can read your answer now. A second adviser decides next." in page
    assert "0 people are waiting" in page
    assert desk_of(asked.adviser).get(f"/desk/requests/{asked.pk}/").status_code == 404


def test_the_second_adviser_finds_it_with_the_first_answer_and_can_decline(asked: Request) -> None:
    approve(asked, asked.adviser)
    page = text(desk_of(asked.cover).get("/desk/"))
    assert "Second approval" in page
    assert "A colleague has approved this." in page
    assert "Approve , Rhys Morgan" in page
    assert "A second adviser decides next." not in text(approve(asked, asked.cover))
    asked.refresh_from_db()
    assert asked.state == "approved"


def test_the_learner_reads_that_a_second_adviser_looks_at_it_and_until_when(asked: Request) -> None:
    client = signed_in(asked.learner)
    assert "For this amount two advisers have to say yes" in text(client.get(f"/learner/requests/{asked.pk}/"))
    approve(asked, asked.adviser)
    page = text(client.get(f"/learner/requests/{asked.pk}/"))
    assert "Waiting for Elin Pugh You have an answer by" in page
    assert "One adviser has said yes. Because of the amount, a second adviser looks at it too" in page
    assert "Rhys Morgan answered on" in page
    assert "You see once more what it costs" not in page
    assert "Elin Pugh answers by" in text(client.get("/learner/"))
    assert "Not yet" in text(client.get(f"/learner/requests/{asked.pk}/go-ahead/"))
    approve(asked, asked.cover)
    assert "You see once more what it costs" in text(client.get(f"/learner/requests/{asked.pk}/"))


def test_the_letter_after_the_first_approval_promises_nothing(asked: Request) -> None:
    approve(asked, asked.adviser)
    writing.notice(below=2**62)
    writing.send()
    subjects = {message.subject: str(message.body) for message in mail.outbox}
    said = subjects[f"One adviser has said yes to {asked.run.course.title}"]
    assert "Because of the amount, a second adviser looks at it too." in said
    assert "You have their answer by" in said
    assert f"Your adviser has answered about {asked.run.course.title}" not in subjects
