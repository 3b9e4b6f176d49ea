"""What became of learners half a year after a course: asked once, kept as codes, told in large numbers alone."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import IntegrityError, transaction

from brokerage import leaving
from brokerage.hearing import answering, asking, errors
from brokerage.hearing.models import Became, Destination
from brokerage.hearing.reading import Aftermath, what_became
from config import personal
from config.personal import Until
from ledger.models import Event
from tests.factories.hearing import half_a_year_after
from tests.factories.vouchers import ACTOR, vouchers
from vouchers.models import State
from vouchers.track_records import Share

pytestmark = pytest.mark.django_db
KIND, OTHER, LEARNING, LOOKING, NONE = Became


def ask() -> int:
    return asking.what_became(actor=ACTOR)


def tell(asked: Destination, became: Became = KIND, *, helped: bool = True) -> Destination:
    return answering.tell(asked.pk, became, helped=helped, learner=asked.voucher.learner, actor=ACTOR)


def aftermath(asked: list[Destination]) -> Aftermath | None:
    course = asked[0].voucher.run.course_id
    return what_became([course]).get(course)


@pytest.mark.parametrize(("days", "number"), [(181, 0), (182, 1), (272, 1), (274, 0)])
def test_a_learner_is_asked_half_a_year_after_completing_and_not_much_later(clock: Any, days: int, number: int) -> None:
    vouchers(1, state=State.CLOSED)
    clock.move_by(days=days)
    assert (ask(), ask()) == (number, 0)


def test_a_course_that_was_not_completed_is_not_asked_about(clock: Any) -> None:
    vouchers(1, state=State.STARTED)
    clock.move_by(days=200)
    assert ask() == 0


def test_it_is_kept_as_codes_and_its_event_does_not_say_it(clock: Any) -> None:
    [asked] = half_a_year_after(clock)
    told = tell(asked, LEARNING, helped=False)
    assert (told.became, told.helped, told.state) == ("learning", False, "answered")
    event = Event.objects.get(kind="destination.told")
    assert event.data.keys() == {"learner", "scheme", "voucher"}
    with pytest.raises(errors.QuestionAnswered):
        tell(asked, LOOKING)
    assert Destination.objects.get().became == "learning"


def test_whoever_does_not_say_is_asked_after_no_other_course(clock: Any) -> None:
    [asked] = half_a_year_after(clock)
    learner = asked.voucher.learner
    answering.tell_nothing(asked.pk, learner=learner, actor=ACTOR)
    another = vouchers(1, state=State.CLOSED)[0]
    type(another).objects.filter(pk=another.pk).update(learner=learner)
    clock.move_by(days=190)
    assert ask() == 0
    assert (Destination.objects.get().state, Destination.objects.get().became) == ("declined", "")


def test_another_s_or_too_late_an_answer_is_refused(clock: Any) -> None:
    first, second = half_a_year_after(clock, 2)
    with pytest.raises(errors.QuestionNotFound):
        answering.tell(first.pk, KIND, helped=True, learner=second.voucher.learner, actor=ACTOR)
    clock.move_by(days=60)
    with pytest.raises(errors.QuestionTooOld):
        tell(first)
    assert not Destination.objects.exclude(state="asked").exists()


@pytest.mark.parametrize("change", [{"became": "rich", "helped": True}, {"became": "looking"}, {"helped": True}])
def test_the_database_has_both_answers_or_none(clock: Any, change: dict[str, Any]) -> None:
    [asked] = half_a_year_after(clock)
    with pytest.raises(IntegrityError, match="destination_has_all_answers"), transaction.atomic():
        Destination.objects.filter(pk=asked.pk).update(state="answered", answered_at=asked.asked_at, **change)


def test_of_nine_nothing_is_told_and_of_twenty_two_what_tells_nobody_apart(clock: Any) -> None:
    asked = half_a_year_after(clock, 22)
    for each in asked[:9]:
        tell(each)
    assert aftermath(asked) is None
    tell(asked[9], OTHER)
    # Of the ten one alone is in other work: how many are in work of this kind would tell it.
    assert aftermath(asked) == Aftermath(
        10, [(KIND, None), (OTHER, None), (LEARNING, 0), (LOOKING, 0), (NONE, 0)], Share(100, 10)
    )
    for each in asked[10:]:
        tell(each, OTHER, helped=False)
    # Nine and thirteen: the nine are few, and the thirteen would tell them.
    assert aftermath(asked) == Aftermath(
        20, [(KIND, None), (OTHER, None), (LEARNING, 0), (LOOKING, 0), (NONE, 0)], Share(45, 20)
    )


def test_large_numbers_are_told_in_steps(clock: Any) -> None:
    asked = half_a_year_after(clock, 21)
    for place, each in enumerate(asked):
        tell(each, KIND if place < 11 else LEARNING)
    told = aftermath(asked)
    assert told is not None
    assert (told.of, dict(told.told)[KIND], dict(told.told)[LEARNING]) == (20, 50, 50)


def test_it_goes_when_the_learner_leaves(clock: Any) -> None:
    [asked] = half_a_year_after(clock)
    tell(asked)
    learner = asked.voucher.learner
    assert leaving.everything(learner)["kept"]["brokerage.Destination"][0]["became"] == "work_of_this_kind"
    personal.forget(learner.pk, Until.LEAVING)
    assert not Destination.objects.exists()
