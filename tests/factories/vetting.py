"""Courses that wait for vetting, and decisions about them."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from accounts.models import User
from config.refusals import Refusal, only
from ledger import Actor, today
from providers.models import Course, CourseVetting
from providers.vetting import Decision, Ruling, decide
from providers.vetting_queue import look
from tests.factories.providers import CourseFactory, CourseRunFactory, UserFactory

ACTOR = Actor.system("test")


def a_waiting_course(*, price_minor: int = 120_00, **facts: Any) -> Course:
    """A course with a run to join, that nobody has categorised or accredited."""
    course: Course = CourseFactory(**{"category": "", "unaccredited": True, "content_hash": "a" * 64} | facts)
    CourseRunFactory(course=course, price_minor=price_minor)
    return course


def seen(course: Course) -> str:
    return look([course.pk], today())[course.pk].seen


def a_ruling(course: Course, decision: Decision = Decision.ACCEPTED, **facts: Any) -> Ruling:
    """What somebody decides who has just looked at the course."""
    usual: dict[str, Any] = {"course": course.pk, "seen": seen(course), "decision": decision}
    if decision == Decision.ACCEPTED:
        usual |= {"category": "0611", "issuer": "Town Quality Board"}
    else:
        usual |= {"reason": "price", "note": "Why does it cost so much?"}
    return Ruling(**usual | facts)


def try_to_rule(ruling: Ruling, by: UUID | None = None) -> CourseVetting | Refusal:
    vetter: User | None = None if by else UserFactory()
    [answer] = decide([ruling], by=by or vetter.pk, actor=ACTOR)  # type: ignore[union-attr]
    return answer


def ruled(course: Course, decision: Decision = Decision.ACCEPTED, **facts: Any) -> CourseVetting:
    """The decision, made."""
    return only([try_to_rule(a_ruling(course, decision, **facts))])
