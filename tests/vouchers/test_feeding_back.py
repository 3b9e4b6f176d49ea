"""What learners say of a course they have done: it counts, it is read before it is shown, nobody is told apart."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest
from django.db import IntegrityError, transaction

from ledger import now
from ledger.models import Event
from providers.models import Provider, Staff
from tests.factories.accounts import a_manager
from tests.factories.providers import ProviderFactory, StaffFactory
from tests.factories.vouchers import ACTOR, a_scheme, a_voucher, learning_accounts, vouchers
from tests.racing import together
from vouchers import errors, feedback_errors, feeding_back, track_records
from vouchers.ending import Cancellation, cancel
from vouchers.feedback import Feedback, HeldBack, Remark
from vouchers.models import CancelReason, State, Voucher
from vouchers.track_records import Share, TrackRecord

pytestmark = pytest.mark.django_db


def give(voucher: Voucher, words: str = "", *, recommends: bool = True) -> Feedback:
    return feeding_back.give(voucher.pk, recommends=recommends, words=words, learner=voucher.learner, actor=ACTOR)


def shown(remark: Remark) -> Remark:
    return feeding_back.look_at(remark.pk, held_back=None, by=a_manager(a_scheme()), actor=ACTOR)


def spoken_of(college: Provider, count: int = 10) -> tuple[list[Voucher], list[Remark]]:
    """So many learners of one course have answered, each in words that are shown."""
    bought = vouchers(count, provider=college, state=State.CLOSED)
    for number, voucher in enumerate(bought):
        give(voucher, f"Words {number}")
    return bought, [shown(remark) for remark in Remark.objects.order_by("written_at")]


@pytest.mark.parametrize("state", [State.COMPLETED, State.CLOSED])
def test_whoever_completed_a_course_says_how_it_was(state: State) -> None:
    voucher = a_voucher(state=state)
    feedback = give(voucher, "  Worth every evening. ")
    assert feedback.recommends is True
    remark = feedback.remarks.get()
    assert (remark.words, remark.state, remark.by) == ("Worth every evening.", "waiting", "learner")
    told = Event.objects.get(kind="feedback.given")
    assert told.data["with_words"] is True
    assert "recommends" not in told.data


def test_without_words_there_is_nothing_to_read() -> None:
    give(a_voucher(state=State.CLOSED), "   ")
    assert Feedback.objects.count() == 1
    assert not Remark.objects.exists()


@pytest.mark.parametrize("state", [State.ISSUED, State.ACCEPTED, State.STARTED])
def test_before_it_is_completed_it_is_too_early(state: State, books: Callable[[], Any]) -> None:
    voucher = a_voucher(state=state)
    before = books()
    with pytest.raises(feedback_errors.NotCompletedYet):
        give(voucher)
    assert not Feedback.objects.exists()
    assert books() == before


def test_a_course_that_was_called_off_was_not_completed() -> None:
    voucher = a_voucher(state=State.STARTED)
    cancel([Cancellation(voucher.code, CancelReason.COURSE_CANCELLED)], by=voucher.provider, actor=ACTOR)
    with pytest.raises(feedback_errors.NotCompletedYet):
        give(voucher)


def test_after_half_a_year_it_is_too_late(clock: Any) -> None:
    voucher = a_voucher(state=State.CLOSED)
    assert feeding_back.done(Voucher.objects.all(), now()).get() == voucher
    clock.move_by(days=181)
    assert not feeding_back.done(Voucher.objects.all(), now()).exists()
    with pytest.raises(feedback_errors.FeedbackTooLate):
        give(voucher)


def test_it_is_said_once() -> None:
    voucher = a_voucher(state=State.CLOSED)
    give(voucher)
    with pytest.raises(feedback_errors.FeedbackGiven):
        give(voucher, recommends=False)
    assert Feedback.objects.get().recommends is True


@pytest.mark.django_db(transaction=True)
def test_said_twice_at_once_it_is_said_once() -> None:
    voucher = a_voucher(state=State.CLOSED)

    def say() -> str:
        try:
            give(voucher, "Good.")
        except feedback_errors.FeedbackGiven as refusal:
            return refusal.code
        return "given"

    assert sorted(together(say, say)) == ["feedback_given", "given"]
    assert (Feedback.objects.count(), Remark.objects.count()) == (1, 1)


def test_the_database_keeps_one_a_voucher() -> None:
    voucher = a_voucher(state=State.CLOSED)
    give(voucher)
    with pytest.raises(IntegrityError, match="vouchers_feedback_voucher_id_key"), transaction.atomic():
        Feedback.objects.create(voucher=voucher, recommends=False, given_at=now())


def test_another_s_voucher_does_not_exist() -> None:
    voucher, [other] = a_voucher(state=State.CLOSED), learning_accounts(1)
    with pytest.raises(errors.VoucherNotFound):
        feeding_back.give(voucher.pk, recommends=True, words="", learner=other.learner, actor=ACTOR)


class TestLookingAtIt:
    def test_it_is_shown_or_held_back_for_a_reason(self) -> None:
        first, second = vouchers(2, state=State.CLOSED)
        give(first, "Good."), give(second, "Mr Rees is a fool.", recommends=False)
        manager = a_manager(a_scheme())
        good, bad = feeding_back.to_look_at(manager)
        assert shown(good).state == "shown"
        held = feeding_back.look_at(bad.pk, held_back=HeldBack.INSULTS, by=manager, actor=ACTOR)
        assert (held.state, held.held_back, held.looked_by) == ("held_back", "insults", manager.user)
        assert not feeding_back.to_look_at(manager).exists()
        # The answer counts, whatever becomes of the words.
        assert Feedback.objects.filter(recommends=False).count() == 1

    def test_a_colleague_was_quicker(self) -> None:
        remark = give(a_voucher(state=State.CLOSED), "Good.").remarks.get()
        shown(remark)
        with pytest.raises(feedback_errors.FeedbackLookedAt):
            feeding_back.look_at(remark.pk, held_back=HeldBack.NAMES, by=a_manager(a_scheme()), actor=ACTOR)
        remark.refresh_from_db()
        assert remark.state == "shown"

    def test_of_another_scheme_it_does_not_exist(self) -> None:
        remark = give(a_voucher(state=State.CLOSED), "Good.").remarks.get()
        stranger = a_manager(a_scheme("ita-scotland"))
        assert not feeding_back.to_look_at(stranger).exists()
        with pytest.raises(feedback_errors.FeedbackNotFound):
            feeding_back.look_at(remark.pk, held_back=None, by=stranger, actor=ACTOR)

    def test_nobody_looks_at_what_they_wrote_themselves(self) -> None:
        remark = give(a_voucher(state=State.CLOSED), "Good.").remarks.get()
        manager = a_manager(a_scheme())
        Remark.objects.filter(pk=remark.pk).update(written_by=manager.user)
        assert not feeding_back.to_look_at(manager).exists()
        with pytest.raises(feedback_errors.FeedbackNotFound):
            feeding_back.look_at(remark.pk, held_back=None, by=manager, actor=ACTOR)
        with pytest.raises(IntegrityError, match="nobody_looks_at_their_own"), transaction.atomic():
            Remark.objects.filter(pk=remark.pk).update(state="shown", looked_at=now(), looked_by=manager.user)

    def test_the_database_shows_nothing_that_nobody_looked_at(self) -> None:
        give(a_voucher(state=State.CLOSED), "Good.")
        with pytest.raises(IntegrityError, match="remark_is_shown_once_looked_at"), transaction.atomic():
            Remark.objects.update(state="shown")


class TestTheProviderAnswers:
    @pytest.fixture
    def staff(self) -> Staff:
        found: Staff = StaffFactory(provider=ProviderFactory())
        return found

    def test_once_and_it_waits_to_be_read_too(self, staff: Staff) -> None:
        _bought, [remark, *_] = spoken_of(staff.provider)
        answer = feeding_back.answer(remark.pk, "Thank you.", by=staff, actor=ACTOR)
        assert (answer.by, answer.state, answer.written_by) == ("provider", "waiting", staff.user)
        with pytest.raises(feedback_errors.FeedbackAnswered):
            feeding_back.answer(remark.pk, "And again.", by=staff, actor=ACTOR)
        assert Remark.objects.filter(by="provider").get().words == "Thank you."
        assert "learner" not in Event.objects.get(kind="feedback.answered").data

    def test_nothing_of_a_course_of_which_few_have_answered(self, staff: Staff) -> None:
        _bought, remarks = spoken_of(staff.provider, 9)
        assert not feeding_back.to_answer(staff).exists()
        with pytest.raises(feedback_errors.FeedbackNotFound):
            feeding_back.answer(remarks[0].pk, "Thank you.", by=staff, actor=ACTOR)
        assert not Remark.objects.filter(by="provider").exists()

    def test_nothing_that_is_not_shown_and_nothing_of_another_s(self, staff: Staff) -> None:
        bought, remarks = spoken_of(staff.provider)
        Remark.objects.filter(pk=remarks[0].pk).update(state="held_back", held_back="names")
        assert remarks[0] not in feeding_back.to_answer(staff)
        assert feeding_back.to_answer(staff).count() == 9
        for stranger, remark in ((staff, remarks[0]), (StaffFactory(), remarks[1])):
            with pytest.raises(feedback_errors.FeedbackNotFound):
                feeding_back.answer(remark.pk, "Thank you.", by=stranger, actor=ACTOR)
        assert len(bought) == 10

    def test_an_empty_answer_is_none(self, staff: Staff) -> None:
        _bought, [remark, *_] = spoken_of(staff.provider)
        with pytest.raises(errors.WordsMissing):
            feeding_back.answer(remark.pk, "  ", by=staff, actor=ACTOR)


class TestTheRecordOfACourse:
    def test_what_nobody_has_done_has_none(self) -> None:
        course = uuid4()
        assert track_records.track_records([course]) == {course: TrackRecord()}

    def test_it_counts_those_who_began_and_are_done(self, django_assert_num_queries: Any) -> None:
        college = ProviderFactory()
        bought = vouchers(10, provider=college, state=State.CLOSED)
        course = bought[0].run.course
        Voucher.objects.filter(pk=bought[0].pk).update(outcome="expired")
        running = a_voucher(provider=college, state=State.STARTED)
        Voucher.objects.filter(pk=running.pk).update(run=bought[0].run)
        for number, voucher in enumerate(bought[1:]):
            give(voucher, recommends=number > 0)
        with django_assert_num_queries(2):
            record = track_records.track_records([course.pk])[course.pk]
        # Nine have answered: too few.
        assert record == TrackRecord(completed=Share(90, 10), recommended=None)
        assert track_records.remarks_about(course.pk, record) == []

    def test_one_more_learner_does_not_show(self) -> None:
        # 19 of 20 and 19 of 21: both 95 % or 90 %, of twenty or more.
        assert track_records.share(19, 20) == Share(95, 20)
        assert track_records.share(19, 21) == Share(90, 20)
        assert track_records.share(20, 21) == Share(95, 20)

    def test_words_come_with_their_answers_the_latest_first(self) -> None:
        staff = StaffFactory()
        bought, remarks = spoken_of(staff.provider)
        course = bought[0].run.course_id
        answer = shown(feeding_back.answer(remarks[9].pk, "Thank you.", by=staff, actor=ACTOR))
        feeding_back.answer(remarks[8].pk, "Not read yet.", by=staff, actor=ACTOR)
        record = track_records.track_records([course])[course]
        assert record.recommended == Share(100, 10)
        found = track_records.remarks_about(course, record)
        assert [(remark.words, reply and reply.words) for remark, reply in found] == [
            ("Words 9", answer.words),
            ("Words 8", None),
            ("Words 7", None),
            ("Words 6", None),
            ("Words 5", None),
        ]
