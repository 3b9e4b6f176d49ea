"""Calls that are logged while they go on: of one's own learners, of callers who say who they are, or of nobody."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from brokerage.errors import LearnerNotFound
from brokerage.models import Adviser, Channel, Consultation
from brokerage.talking import calling, errors
from brokerage.talking.models import AnonymousTalk, CallerCheck, GuidanceEntry
from ledger.models import Event
from tests.factories.brokerage import a_request, an_adviser
from tests.factories.talks import advised
from tests.factories.vouchers import ACTOR

pytestmark = pytest.mark.django_db


def said(by: Adviser, **more: Any) -> dict[str, Any]:
    return {"channel": Channel.HELPLINE, "minutes": 7, "note": "Which courses.", "by": by, "actor": ACTOR} | more


def test_a_call_of_one_s_own_learner_is_on_their_record() -> None:
    learner, adviser = advised()
    talk = calling.log(learner.pk, **said(adviser))
    assert (talk.channel, talk.minutes, talk.note) == ("helpline", 7, "Which courses.")
    assert calling.log(learner.pk, **said(adviser.cover, channel=Channel.DROP_IN)).adviser == adviser.cover
    assert GuidanceEntry.objects.filter(learner=learner, kind="talk").count() == 2


def test_a_call_about_somebody_who_is_not_in_the_caseload_is_refused() -> None:
    learner, _adviser = advised()
    with pytest.raises(LearnerNotFound):
        calling.log(learner.pk, **said(an_adviser("Somebody Else")))
    assert not Consultation.objects.exists()


def test_a_call_about_a_request_is_the_talk_that_it_needed() -> None:
    request = a_request()
    calling.log(request.learner_id, **said(request.adviser, request=request.pk))
    request.refresh_from_db()
    assert request.state == "in_consultation"
    with pytest.raises(LearnerNotFound):
        calling.log(request.learner_id, **said(request.adviser, request=a_request().pk))


def test_an_adviser_who_learns_writes_nothing_on_their_own_record() -> None:
    learner, adviser = advised()
    type(learner).objects.filter(pk=learner.pk).update(user=adviser.user)
    with pytest.raises(LearnerNotFound):
        calling.log(learner.pk, **said(adviser))


def test_a_caller_is_found_by_both_that_they_say_and_one_talk_is_put_on_their_record() -> None:
    learner, _adviser = advised()
    helpline = an_adviser("Siân Lewis")
    check = calling.check_caller(learner.user.email.upper(), learner.date_of_birth, by=helpline, actor=ACTOR)
    assert check.learner == learner
    with pytest.raises(LearnerNotFound):
        calling.log_checked(check.pk, **said(an_adviser("Somebody Else")))
    calling.log_checked(check.pk, **said(helpline))
    assert GuidanceEntry.objects.get(learner=learner).adviser == helpline
    with pytest.raises(LearnerNotFound):
        calling.log_checked(check.pk, **said(helpline))


def test_what_was_found_out_is_good_for_two_hours(clock: Any) -> None:
    learner, _adviser = advised()
    helpline = an_adviser("Siân Lewis")
    check = calling.check_caller(learner.user.email, learner.date_of_birth, by=helpline, actor=ACTOR)
    clock.move_by(hours=2, minutes=1)
    with pytest.raises(LearnerNotFound):
        calling.log_checked(check.pk, **said(helpline))


def test_a_wrong_birthday_and_nobody_look_the_same_and_each_try_is_kept(clock: Any) -> None:
    learner, _adviser = advised()
    helpline = an_adviser("Siân Lewis")
    tries = [(learner.user.email, dt.date(1990, 1, 2)), ("nobody@learner.example", learner.date_of_birth)]
    answers = []
    for email, born in tries:
        with pytest.raises(errors.CallerUnknown) as refused:
            calling.check_caller(email, born, by=helpline, actor=ACTOR)
        answers.append((refused.value.code, str(refused.value)))
    assert answers[0] == answers[1]
    events = Event.objects.filter(kind="caller.checked")
    assert [event.data for event in events] == [{"adviser": str(helpline.pk), "learner": None}] * 2
    for _ in range(calling.MOST_MISSES - 2):
        with pytest.raises(errors.CallerUnknown):
            calling.check_caller("nobody@learner.example", dt.date(1990, 1, 2), by=helpline, actor=ACTOR)
    right = (learner.user.email, learner.date_of_birth)
    with pytest.raises(errors.TooManyChecks):
        calling.check_caller(*right, by=helpline, actor=ACTOR)
    assert CallerCheck.objects.count() == calling.MOST_MISSES
    assert calling.check_caller(*right, by=an_adviser("Somebody Else"), actor=ACTOR).learner == learner
    clock.move_by(hours=1, minutes=1)
    assert calling.check_caller(*right, by=helpline, actor=ACTOR).learner == learner


def test_of_somebody_without_a_name_the_topic_is_counted_and_nothing_else() -> None:
    adviser = an_adviser()
    calling.log_anonymous(Channel.DROP_IN, calling.Topic.MONEY, by=adviser, actor=ACTOR)
    talk = AnonymousTalk.objects.get()
    assert (talk.channel, talk.topic) == ("drop_in", "money")
    assert not Consultation.objects.exists()
