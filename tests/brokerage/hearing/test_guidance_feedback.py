"""What learners say of guidance: asked once, said once, about an organisation and never about one adviser."""

from __future__ import annotations

import inspect
from typing import Any
from uuid import uuid4

import pytest
from django.db import DatabaseError, IntegrityError, transaction

from brokerage import deciding, leaving
from brokerage.deciding import Ruling
from brokerage.hearing import answering, asking, errors, reading
from brokerage.hearing.answering import Said
from brokerage.hearing.models import GuidanceFeedback, GuidanceRemark, Heard
from brokerage.hearing.reading import GuidanceRecord
from brokerage.models import Adviser, Outcome
from ledger import now
from ledger.models import Event
from tests.factories.accounts import a_manager
from tests.factories.brokerage import a_request, an_adviser, an_organisation
from tests.factories.hearing import GOOD, a_lead, asked, heard, say, show, talked
from tests.factories.vouchers import ACTOR, a_scheme, learning_accounts
from vouchers.errors import WordsMissing
from vouchers.feedback_errors import FeedbackAnswered, FeedbackLookedAt, FeedbackNotFound
from vouchers.moderated import HeldBack
from vouchers.track_records import Share

pytestmark = pytest.mark.django_db
BAD = Said(listened=False, understood=False, helped=False, pushed=True)


def ask() -> int:
    return asking.about_guidance(actor=ACTOR)


def test_a_learner_is_asked_the_day_after_a_talk_and_once() -> None:
    learner, adviser = learning_accounts(1)[0].learner, an_adviser()
    talked(learner, adviser)
    assert ask() == 0


def test_whoever_talks_often_is_asked_at_most_every_sixty_days(clock: Any) -> None:
    [first] = asked(clock)
    assert ask() == 0
    adviser = first.consultation.adviser  # type: ignore[union-attr]
    for days, number in ((30, 0), (31, 1)):
        talked(first.learner, adviser)
        clock.move_by(days=days)
        talked(first.learner, adviser)
        clock.move_by(days=1)
        assert ask() == number
    assert GuidanceFeedback.objects.count() == 2


def test_a_decision_is_asked_about_rather_than_the_talk_before_it_and_under_its_request_s_scheme(clock: Any) -> None:
    request = a_request(consulted=True)
    clock.move_by(minutes=5)
    deciding.decide(Ruling(request.pk, Outcome.APPROVE), by=request.adviser, actor=ACTOR)
    clock.move_by(days=1)
    assert ask() == 1
    found = GuidanceFeedback.objects.get()
    assert (found.decision, found.consultation) == (request.decisions.get(), None)
    assert (found.scheme, found.organisation) == (a_scheme(), request.adviser.organisation)


def test_nobody_is_asked_two_weeks_later_nor_after_leaving(clock: Any) -> None:
    accounts, adviser = learning_accounts(2), an_adviser()
    talked(accounts[0].learner, adviser)
    clock.move_by(days=14)
    talked(accounts[1].learner, adviser)
    leaving.leave(accounts[1].learner_id, actor=ACTOR)
    clock.move_by(days=1)
    assert ask() == 0


def test_an_answer_counts_at_once_and_its_event_does_not_say_it(clock: Any) -> None:
    [feedback] = asked(clock)
    given = say(feedback, "  They took their time. ", BAD)
    assert (given.state, given.listened, given.pushed) == ("answered", False, True)
    remark = given.remarks.get()
    assert (remark.words, remark.state, remark.by) == ("They took their time.", "waiting", "learner")
    told = Event.objects.get(kind="guidance_feedback.given").data
    assert told.keys() == {"learner", "scheme", "organisation", "with_words"}


def test_nobody_answers_twice_too_late_or_for_another(clock: Any) -> None:
    first, second = asked(clock, 2)
    say(first)
    for refused in (
        lambda: say(first, "", BAD),
        lambda: answering.decline(first.pk, learner=first.learner, actor=ACTOR),
    ):
        with pytest.raises(errors.QuestionAnswered):
            refused()
    with pytest.raises(errors.QuestionNotFound):
        answering.give(second.pk, GOOD, learner=first.learner, actor=ACTOR)
    with pytest.raises(errors.QuestionNotFound):
        answering.take_back(second.pk, learner=first.learner, actor=ACTOR)
    clock.move_by(days=60)
    with pytest.raises(errors.QuestionTooOld):
        say(second)
    assert [each.state for each in GuidanceFeedback.objects.order_by("state")] == ["answered", "asked"]
    assert GuidanceFeedback.objects.get(pk=first.pk).listened is True


def test_whoever_does_not_want_to_be_asked_never_is_again(clock: Any) -> None:
    [feedback] = asked(clock)
    answering.decline(feedback.pk, learner=feedback.learner, actor=ACTOR)
    clock.move_by(days=100)
    talked(feedback.learner, an_adviser("Elin Pugh"))
    clock.move_by(days=1)
    assert ask() == 0


def test_what_is_taken_back_leaves_nothing_but_that_they_were_asked(clock: Any) -> None:
    given = heard(clock)
    remark = given[0].remarks.get()
    answering.answer(remark.pk, "Thank you.", by=a_lead(), actor=ACTOR)
    answering.take_back(given[0].pk, learner=given[0].learner, actor=ACTOR)
    found = GuidanceFeedback.objects.get(pk=given[0].pk)
    assert (found.state, found.listened, found.pushed) == ("withdrawn", None, None)
    assert not GuidanceRemark.objects.exists()
    assert reading.guidance_records([found.organisation]) == {found.organisation_id: GuidanceRecord()}
    with pytest.raises(errors.NothingToTakeBack):
        answering.take_back(given[0].pk, learner=given[0].learner, actor=ACTOR)
    assert ask() == 0


def test_the_database_keeps_an_answer_as_it_was_said(clock: Any) -> None:
    [feedback] = asked(clock)
    say(feedback)
    elsewhere = an_organisation("Elsewhere")
    changes: list[dict[str, Any]] = [{"helped": False}, {"answered_at": now()}, {"organisation": elsewhere}]
    for change in [*changes, {"state": "asked", "answered_at": None} | dict.fromkeys(Said.__slots__)]:
        with pytest.raises(DatabaseError, match="never changed"), transaction.atomic():
            GuidanceFeedback.objects.filter(pk=feedback.pk).update(**change)


def test_the_database_has_one_question_a_talk_with_all_answers_or_none(clock: Any) -> None:
    [feedback] = asked(clock)
    again = {
        name: getattr(feedback, name) for name in ("learner", "scheme", "organisation", "consultation", "asked_at")
    }
    with pytest.raises(IntegrityError, match="consultation_id"), transaction.atomic():
        GuidanceFeedback.objects.create(**again)
    with pytest.raises(IntegrityError, match="is_of_a_talk_or_a_decision"), transaction.atomic():
        GuidanceFeedback.objects.create(**again | {"consultation": None})
    with pytest.raises(IntegrityError, match="all_answers_or_none"), transaction.atomic():
        GuidanceFeedback.objects.filter(pk=feedback.pk).update(listened=True)


def test_words_are_read_before_they_are_shown_and_never_by_whoever_wrote_them(clock: Any) -> None:
    [feedback] = asked(clock)
    remark = say(feedback, "My adviser Rhys was rude.").remarks.get()
    mine = a_manager(a_scheme())
    GuidanceRemark.objects.filter(pk=remark.pk).update(written_by=mine.user)
    for by in (mine, a_manager()):
        assert remark not in answering.to_look_at(by)
        with pytest.raises(FeedbackNotFound):
            answering.look_at(remark.pk, held_back=None, by=by, actor=ACTOR)
    other = a_manager(a_scheme())
    assert list(answering.to_look_at(other)) == [remark]
    answering.look_at(remark.pk, held_back=HeldBack.NAMES, by=other, actor=ACTOR)
    with pytest.raises(FeedbackLookedAt):
        answering.look_at(remark.pk, held_back=None, by=other, actor=ACTOR)
    remark.refresh_from_db()
    assert (remark.state, remark.held_back) == ("held_back", "names")
    with pytest.raises(IntegrityError, match="nobody_looks_at_their_own"), transaction.atomic():
        GuidanceRemark.objects.filter(pk=remark.pk).update(written_by=other.user)


def test_of_nine_learners_nothing_is_told_and_of_ten_it_is(clock: Any) -> None:
    given = heard(clock, 9)
    organisation = given[0].organisation
    record = reading.guidance_records([organisation])[organisation.pk]
    assert record == GuidanceRecord()
    assert reading.remarks_about(organisation, record) == []
    assert not answering.to_answer(organisation).exists()
    [tenth] = asked(clock)
    say(tenth, "", BAD)
    record = reading.guidance_records([organisation])[organisation.pk]
    assert record == GuidanceRecord(*[Share(90, 10)] * 3)
    assert [remark.words for remark, _answer in reading.remarks_about(organisation, record)] == [
        "They took their time."
    ]


def test_a_learner_who_answers_twice_is_one_with_what_they_said_last(clock: Any) -> None:
    given = heard(clock, 9)
    organisation, first = given[0].organisation, given[0].learner
    clock.move_by(days=61)
    talked(first, an_adviser("Elin Pugh"))
    clock.move_by(days=1)
    ask()
    say(GuidanceFeedback.objects.get(learner=first, state=Heard.ASKED), "", BAD)
    assert reading.guidance_records([organisation])[organisation.pk] == GuidanceRecord()
    say(asked(clock)[0])
    assert reading.guidance_records([organisation])[organisation.pk].helped == Share(90, 10)
    clock.move_by(days=366)
    assert reading.guidance_records([organisation])[organisation.pk] == GuidanceRecord()


def test_whoever_leads_answers_once_and_it_is_read_too(clock: Any) -> None:
    given = heard(clock)
    remark, lead = given[0].remarks.get(), a_lead()
    with pytest.raises(WordsMissing):
        answering.answer(remark.pk, "  ", by=lead, actor=ACTOR)
    made = answering.answer(remark.pk, "Thank you.", by=lead, actor=ACTOR)
    with pytest.raises(FeedbackAnswered):
        answering.answer(remark.pk, "And this.", by=lead, actor=ACTOR)
    organisation = given[0].organisation
    record = reading.guidance_records([organisation])[organisation.pk]
    assert reading.remarks_about(organisation, record) == [(remark, None)]
    show(made)
    assert reading.remarks_about(organisation, record) == [(remark, made)]
    assert "learner" not in Event.objects.get(kind="guidance_feedback.remark_answered").data


def test_an_adviser_who_does_not_lead_or_leads_another_answers_nothing(clock: Any) -> None:
    remark = heard(clock)[0].remarks.get()
    elsewhere = a_lead()
    Adviser.objects.filter(pk=elsewhere.pk).update(organisation=an_organisation("Elsewhere"))
    elsewhere.refresh_from_db()
    for by in (an_adviser("Elin Pugh"), elsewhere):
        with pytest.raises(FeedbackNotFound):
            answering.answer(remark.pk, "Thank you.", by=by, actor=ACTOR)
    with pytest.raises(FeedbackNotFound):
        answering.answer(uuid4(), "Thank you.", by=a_lead(), actor=ACTOR)
    assert GuidanceRemark.objects.count() == 1


def test_who_was_pushed_is_a_number_for_the_lead_once_the_month_is_over(clock: Any) -> None:
    [feedback] = asked(clock)
    say(feedback, "", BAD)
    assert reading.pushed(feedback.organisation) == 0
    clock.move_by(days=32)
    assert reading.pushed(feedback.organisation) == 1
    clock.move_by(days=366)
    assert reading.pushed(feedback.organisation) == 0


def test_nothing_that_is_read_of_it_is_of_one_adviser() -> None:
    for read in (reading.guidance_records, reading.remarks_about, reading.pushed, reading.spoken_of):
        assert not {"adviser", "by"} & inspect.signature(read).parameters.keys()
    columns = {field.name for field in GuidanceFeedback._meta.get_fields()}
    assert "adviser" not in columns


def test_whoever_leaves_takes_their_words_along(clock: Any) -> None:
    [feedback] = asked(clock)
    say(feedback, "They took their time.")
    told = leaving.everything(feedback.learner)["kept"]
    assert told["brokerage.GuidanceFeedback"][0]["organisation__name"] == "Foryd Careers"
    assert told["brokerage.GuidanceRemark"][0]["words"] == "They took their time."
    leaving.leave(feedback.learner_id, actor=ACTOR)
    assert not GuidanceRemark.objects.exists()
    assert GuidanceFeedback.objects.get().listened is True
