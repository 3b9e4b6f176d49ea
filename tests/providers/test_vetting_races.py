"""Two managers who decide on one course at the same instant, on two real connections."""

import pytest

from ledger.models import Event
from providers import vetting
from providers.models import Accreditation, Course, CourseVetting
from providers.vetting import Decision, decide
from tests.factories.providers import UserFactory
from tests.factories.vetting import ACTOR, a_ruling, a_waiting_course
from tests.racing import Meeting, together

pytestmark = pytest.mark.django_db(transaction=True)


def decide_at_once(course):
    """One accepts and the other declines; the codes of what became of each."""
    rulings = a_ruling(course), a_ruling(course, Decision.DECLINED)
    people = UserFactory(), UserFactory()

    def decides(ruling, by):
        try:
            [answer] = decide([ruling], by=by.pk, actor=ACTOR)
        except vetting.Refusal as refusal:
            answer = refusal
        return getattr(answer, "code", "decided")

    return together(*(lambda r=ruling, p=person: decides(r, p) for ruling, person in zip(rulings, people, strict=True)))


def test_one_decides_and_the_other_is_told():
    course = a_waiting_course()
    assert sorted(decide_at_once(course)) == ["course_vetted_already", "decided"]
    [decision] = CourseVetting.objects.all()
    accredited = Accreditation.objects.filter(course=course, withdrawn=False).exists()
    assert accredited == (decision.decision == "accepted")
    assert (Course.objects.get().category != "") == accredited
    assert Event.objects.filter(kind="course.vetted").count() == 1


def test_without_the_lock_the_database_tells_the_second(monkeypatch):
    """The second wall: both looked before either had decided."""
    course, meeting, look = a_waiting_course(), Meeting(), vetting.look

    def look_together(*arguments):
        found = look(*arguments)
        meeting.wait()
        return found

    monkeypatch.setattr(vetting, "look", look_together)
    monkeypatch.setattr(vetting, "_hold", lambda pks: None)
    assert sorted(decide_at_once(course)) == ["course_vetted_already", "decided"]
    assert meeting.met
    assert CourseVetting.objects.count() == 1
    assert Event.objects.filter(kind="course.vetted").count() == 1
