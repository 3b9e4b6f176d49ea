"""What is told to a provider's staff: to those who look after it and its courses, and to nobody else."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.core import mail

from ledger import now, today
from providers import tasks
from providers.accreditation import EndReason, end, withdraw
from providers.models import Accreditation, Provider
from providers.vetting import Decision, decide
from tests.factories.providers import AccreditationFactory, CourseFactory, ProviderFactory, StaffFactory, UserFactory
from tests.factories.vetting import ACTOR, a_ruling, a_waiting_course, ruled
from web.notifications import writing

pytestmark = pytest.mark.django_db


def written() -> list[mail.EmailMessage]:
    mail.outbox.clear()
    while writing.notice(below=2**62) == writing.BATCH:
        pass
    writing.send()
    return list(mail.outbox)


def staffed(provider: Provider) -> list[str]:
    """A provider's staff, of every role and of before; the addresses of those who are to hear of its courses."""
    told = [StaffFactory(provider=provider, roles=[role]).user.email for role in ("administrator", "courses")]
    StaffFactory(provider=provider, roles=["delivery", "money"])
    StaffFactory(provider=provider, left_at=now())
    StaffFactory()
    return sorted(told)


def test_an_end_that_comes_is_told_once_for_all_that_ends() -> None:
    provider = ProviderFactory(name="Bridge College", unaccredited=True)
    told, last_day = staffed(provider), today() + timedelta(days=20)
    AccreditationFactory(provider=provider, valid_until=last_day)
    for _ in range(2):
        course = CourseFactory(provider=provider, unaccredited=True)
        AccreditationFactory(provider=None, course=course, valid_until=last_day)
    tasks.tell_of_lapsing()
    letters = written()
    assert sorted(letter.to[0] for letter in letters) == told
    body = str(letters[0].body)
    assert "The accreditation of Bridge College comes to its end" in body
    assert "The accreditations of 2 courses of yours come to their end." in body
    assert "/provider/accreditation/" in body
    assert letters[0].subject.startswith("Accreditation ends on ")
    tasks.tell_of_lapsing()
    assert written() == []


def test_an_accreditation_that_was_ended_is_told_with_its_reason(actor: Any) -> None:
    provider = ProviderFactory(name="Bridge College")
    told = staffed(provider)
    course = CourseFactory(provider=provider, title="Bridges")
    withdraw(Accreditation.objects.get(course=course), reason=EndReason.MISTAKE, actor=actor)
    letters = written()
    assert sorted(letter.to[0] for letter in letters) == told
    assert letters[0].subject == "Accreditation of Bridges"
    assert "was withdrawn, and counts for nothing from now on." in str(letters[0].body)
    assert "The reason: It was recorded by mistake." in str(letters[0].body)
    end(Accreditation.objects.get(provider=provider), today(), reason=EndReason.ISSUER, actor=actor)
    body = str(written()[0].body)
    assert "The accreditation of Bridge College holds until" in body
    assert "The reason: The issuer took it back." in body


@pytest.mark.parametrize(
    ("decision", "words"),
    [
        (Decision.ACCEPTED, "“Bridges” was looked at and accepted."),
        (Decision.ASKED, "There is a question about “Bridges”."),
        (Decision.DECLINED, "“Bridges” was declined and cannot be sold."),
    ],
)
def test_a_decision_about_a_course_is_announced_and_its_words_stay_on_the_page(decision: Decision, words: str) -> None:
    course = a_waiting_course(title="Bridges")
    told = staffed(course.provider)
    ruled(course, decision, **({} if decision == Decision.ACCEPTED else {"note": "Only for the page."}))
    letters = written()
    assert sorted(letter.to[0] for letter in letters) == told
    assert letters[0].subject == "About your course “Bridges”"
    assert words in str(letters[0].body)
    assert "Only for the page." not in str(letters[0].body)


def test_many_decisions_at_once_are_one_letter() -> None:
    provider = ProviderFactory(name="Bridge College")
    StaffFactory(provider=provider)
    courses = [a_waiting_course(provider=provider) for _ in range(3)]
    rulings = [a_ruling(courses[0], Decision.DECLINED), *(a_ruling(course) for course in courses[1:])]
    decide(rulings, by=UserFactory().pk, actor=ACTOR)
    [letter] = written()
    assert letter.subject == "About courses of Bridge College"
    assert "Looked at and accepted: 2." in str(letter.body)
    assert "Declined: 1." in str(letter.body)
    assert "question" not in str(letter.body)
