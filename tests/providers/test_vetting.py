"""The scheme's staff look at courses: what waits, what a decision does, and what it is worth when something changes."""

from dataclasses import replace
from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from ledger import now, today
from ledger.models import Event
from providers import errors, vetting_queue
from providers.models import Accreditation, Course, CourseRun, CourseVetting, Provider
from providers.sale import why_not_on_sale
from providers.vetting import Decision, answer, decide
from providers.vetting_queue import Why, look
from tests.factories.providers import (
    AccreditationFactory,
    CourseFactory,
    CourseRunFactory,
    ProviderFactory,
    StaffFactory,
    UserFactory,
)
from tests.factories.vetting import ACTOR, a_ruling, a_waiting_course, ruled, seen, try_to_rule

pytestmark = pytest.mark.django_db


def waiting():
    return [each.course for each in vetting_queue.looks(vetting_queue.waiting(today()))]


def why(course):
    return set(look([course.pk], today())[course.pk].why)


def for_sale(course):
    return CourseRun.objects.on_sale(today()).filter(course=course).exists()


def priced(course, price_minor):
    CourseRun.objects.filter(course=course).update(price_minor=price_minor)


def test_what_a_learner_could_join_waits_until_it_is_categorised_and_accredited():
    course = a_waiting_course()
    CourseRunFactory()
    assert waiting() == [course]
    assert why(course) == {Why.UNACCREDITED, Why.UNCATEGORISED}


@pytest.mark.parametrize(
    "change",
    [
        lambda course: Course.objects.update(withdrawn_at=now()),
        lambda course: CourseRun.objects.update(withdrawn_at=now()),
        lambda course: CourseRun.objects.update(starts_on=today() - timedelta(days=1)),
        lambda course: Provider.objects.update(state="removed"),
    ],
)
def test_what_nobody_could_join_waits_for_nobody(change):
    change(a_waiting_course())
    assert waiting() == []


def test_an_accepted_course_is_categorised_accredited_and_on_sale():
    course = a_waiting_course()
    assert not for_sale(course)
    vetting = ruled(course, category="0613", valid_until=today() + timedelta(days=365))
    course.refresh_from_db()
    assert (course.category, course.price_ceiling_minor, course.price_ceiling_currency) == ("0613", 132_00, "GBP")
    accreditation = Accreditation.objects.get(course=course)
    assert (accreditation.issuer, accreditation.valid_until) == ("Town Quality Board", today() + timedelta(days=365))
    assert accreditation.recorded_by_id == vetting.decided_by_id
    assert (vetting.accreditation, vetting.price_minor, vetting.title) == (accreditation, 120_00, course.title)
    assert for_sale(course)
    assert waiting() == []
    event = Event.objects.get(kind="course.vetted")
    assert (event.subject, event.data["decision"], event.data["price_minor"]) == (course.subject, "accepted", 120_00)


def test_a_price_above_what_was_vetted_is_not_sold_until_somebody_has_seen_it():
    course = a_waiting_course()
    ruled(course)
    priced(course, 132_00)
    assert for_sale(course)
    assert waiting() == []
    priced(course, 132_01)
    assert not for_sale(course)
    run = CourseRun.objects.get()
    assert why_not_on_sale([run], today())[run.pk].code == "price_not_seen"
    assert why(course) == {Why.DEARER}
    ruled(course, issuer="")
    assert for_sale(course)
    assert Accreditation.objects.filter(course=course).count() == 1


def test_small_rises_do_not_add_up_to_a_large_one():
    course = a_waiting_course()
    ruled(course)
    for price in (130_00, 132_00, 140_00):
        priced(course, price)
    assert not for_sale(course)


def test_a_course_that_was_vetted_without_a_price_is_not_sold_at_any():
    course = a_waiting_course()
    CourseRun.objects.update(pricing="on_request", price_minor=None)
    ruled(course)
    CourseRun.objects.update(pricing="priced", price_minor=1_00)
    assert not for_sale(course)
    assert why(course) == {Why.DEARER}


def test_a_price_in_another_currency_was_not_seen_either():
    course = a_waiting_course()
    ruled(course)
    CourseRun.objects.update(currency="EUR", price_minor=1_00)
    assert not for_sale(course)
    assert why(course) == {Why.DEARER}


def test_another_title_or_level_is_looked_at_and_the_course_stays_on_sale_meanwhile():
    course = a_waiting_course()
    ruled(course)
    for change in ({"title": "A weekend in Rome"}, {"title": course.title, "level": 4}, {"level": None}):
        Course.objects.update(**change)
        assert why(course) == {Why.RETITLED}
        assert for_sale(course)
    ruled(course, issuer="")
    assert waiting() == []


def test_a_question_waits_with_the_provider_until_it_is_answered():
    course = a_waiting_course()
    question = ruled(course, Decision.ASKED, note="What is taught in it?")
    assert waiting() == []
    assert list(vetting_queue.with_providers(today())) == [course]
    staff = StaffFactory(provider=course.provider)
    answer(question.pk, "  Bookkeeping.  ", staff=staff, actor=ACTOR)
    assert waiting() == [course]
    question.refresh_from_db()
    assert (question.answer, question.answered_by_id) == ("Bookkeeping.", staff.user_id)
    assert Event.objects.get(kind="course.vetting_answered").data["vetting"] == str(question.pk)


@pytest.mark.parametrize(
    "change",
    [
        lambda: Course.objects.update(content_hash="b" * 64),
        lambda: CourseRun.objects.update(price_minor=90_00),
        lambda: CourseRun.objects.update(pricing="on_request", price_minor=None),
    ],
)
def test_what_was_declined_comes_back_when_the_provider_changes_it(change):
    course = a_waiting_course()
    ruled(course, Decision.DECLINED)
    assert waiting() == []
    change()
    assert waiting() == [course]


def test_only_the_provider_answers_and_only_once():
    course = a_waiting_course()
    question = ruled(course, Decision.ASKED)
    with pytest.raises(errors.NothingToAnswer):
        answer(question.pk, "Mine", staff=StaffFactory(), actor=ACTOR)
    staff = StaffFactory(provider=course.provider)
    with pytest.raises(errors.AnswerEmpty):
        answer(question.pk, " ", staff=staff, actor=ACTOR)
    with pytest.raises(errors.TextTooLong):
        answer(question.pk, "x" * 4001, staff=staff, actor=ACTOR)
    answer(question.pk, "Once", staff=staff, actor=ACTOR)
    with pytest.raises(errors.NothingToAnswer):
        answer(question.pk, "Twice", staff=staff, actor=ACTOR)
    assert CourseVetting.objects.get().answer == "Once"


def test_a_declined_course_is_off_sale_at_once():
    course = CourseFactory()
    CourseRunFactory(course=course)
    assert for_sale(course)
    ruled(course, Decision.DECLINED, reason="not_eligible", note="")
    assert not for_sale(course)
    accreditation = Accreditation.objects.get(course=course)
    assert (accreditation.withdrawn, accreditation.end_reason) == (True, "declined")
    assert Event.objects.get(kind="course.vetted").data["withdrawn"] == 1
    # It may be accredited again by the same issuer on the same days.
    CourseRun.objects.update(price_minor=90_00)
    ruled(course, issuer="Quality Council")
    assert for_sale(course)


def test_an_accreditation_is_renewed_from_the_day_after_the_one_that_it_follows():
    course, last_day = a_waiting_course(), today() + timedelta(days=20)
    ruled(course, valid_until=last_day)
    ruled(course, valid_until=last_day + timedelta(days=365))
    assert list(Accreditation.objects.filter(course=course).values_list("valid_from", flat=True)) == [
        today(),
        last_day + timedelta(days=1),
    ]


@pytest.mark.parametrize(
    ("decision", "facts", "code"),
    [
        ("accepted", {"category": ""}, "course_needs_category"),
        ("accepted", {"category": "9999"}, "category_unknown"),
        ("accepted", {"issuer": " "}, "accreditation_without_issuer"),
        ("accepted", {"issuer": "i" * 201}, "text_too_long"),
        ("asked", {"reason": ""}, "vetting_needs_reason"),
        ("asked", {"note": " "}, "vetting_needs_words"),
        ("declined", {"reason": "mood"}, "vetting_needs_reason"),
        ("declined", {"reason": "other", "note": ""}, "vetting_needs_words"),
        ("declined", {"note": "x" * 4001}, "text_too_long"),
    ],
)
def test_a_decision_that_says_too_little_changes_nothing(decision, facts, code):
    course = a_waiting_course()
    refusal = try_to_rule(a_ruling(course, Decision(decision), **facts))
    assert refusal.code == code
    assert untouched(course)


def test_an_accreditation_that_would_be_over_already_is_refused():
    course = a_waiting_course()
    refusal = try_to_rule(a_ruling(course, valid_until=today() - timedelta(days=1)))
    assert refusal.code == "accreditation_over"
    assert untouched(course)


def untouched(course):
    course.refresh_from_db()
    assert not CourseVetting.objects.exists()
    assert not Accreditation.objects.filter(course=course).exists()
    assert not Event.objects.filter(kind__startswith="course.").exists()
    return (course.category, course.price_ceiling_minor) == ("", None)


def test_of_two_who_decide_the_second_is_told_and_changes_nothing():
    course = a_waiting_course()
    mine, theirs = a_ruling(course), a_ruling(course, Decision.DECLINED)
    try_to_rule(mine)
    refusal = try_to_rule(theirs)
    assert refusal.code == "course_vetted_already"
    assert for_sale(course)
    assert CourseVetting.objects.count() == 1


def test_a_price_that_is_raised_while_somebody_looks_is_not_accepted():
    course = a_waiting_course()
    ruling = a_ruling(course)
    priced(course, 9_000_00)
    assert try_to_rule(ruling).code == "course_changed_meanwhile"
    assert untouched(course)


def test_whoever_works_for_the_provider_does_not_decide():
    course = a_waiting_course()
    staff = StaffFactory(provider=course.provider, roles=["money"])
    assert try_to_rule(a_ruling(course), by=staff.user_id).code == "vetter_works_there"
    assert untouched(course)


def test_many_are_decided_in_as_many_queries_as_one_and_each_on_its_own():
    provider, vetter = ProviderFactory(), UserFactory()
    one, *courses = (a_waiting_course(provider=provider) for _ in range(8))
    taken = []
    for batch in ([one], courses):
        rulings = [a_ruling(course) for course in batch]
        with CaptureQueriesContext(connection) as queries:
            answers = decide(rulings, by=vetter.pk, actor=ACTOR)
        taken.append(len(queries))
        assert [vetting.course_id for vetting in answers] == [course.pk for course in batch]
    assert taken[0] == taken[1]
    assert waiting() == []
    told = Event.objects.filter(kind="provider.told_of_vetting").order_by("id")
    assert [(event.data["accepted"], event.data["course"]) for event in told] == [(1, str(one.pk)), (7, None)]


def test_a_batch_does_what_it_can():
    good, changed, twice = a_waiting_course(), a_waiting_course(), a_waiting_course()
    rulings = [a_ruling(good), replace(a_ruling(changed), seen=".no"), a_ruling(twice), a_ruling(twice)]
    unknown = replace(a_ruling(good), course=UserFactory().pk)
    answers = decide([*rulings, unknown], by=UserFactory().pk, actor=ACTOR)
    assert [getattr(each, "code", "done") for each in answers] == [
        "done",
        "course_changed_meanwhile",
        "done",
        "course_vetted_already",
        "course_unknown",
    ]
    assert waiting() == [changed]


def test_the_database_itself_keeps_one_decision_that_counts():
    vetting = ruled(a_waiting_course())
    vetting.pk = UserFactory().pk
    with pytest.raises(IntegrityError, match="one_decision_on_a_course_counts"), transaction.atomic():
        vetting.save(force_insert=True)


def test_a_course_that_lapsed_waits_again():
    course = CourseFactory(unaccredited=True)
    CourseRunFactory(course=course)
    AccreditationFactory(provider=None, course=course, valid_until=today() - timedelta(days=1))
    assert why(course) == {Why.UNACCREDITED}


def test_publishing_a_course_again_leaves_what_vetting_said(actor):
    from providers.catalogue import publish_courses
    from providers.listings import CourseListing

    provider = ProviderFactory()
    [course] = publish_courses(provider, [CourseListing("c", "Welding")], actor=actor)
    CourseRunFactory(course=course)
    ruled(course)
    publish_courses(provider, [CourseListing("c", "Welding and cutting")], actor=actor)
    course.refresh_from_db()
    assert (course.title, course.category, course.price_ceiling_minor) == ("Welding and cutting", "0611", 132_00)


def test_the_queue_takes_one_query_whatever_its_length(django_assert_num_queries):
    for _ in range(3):
        ruled(a_waiting_course(), Decision.ASKED)
    CourseRun.objects.update(price_minor=5_00)
    for _ in range(3):
        a_waiting_course()
    on = today()
    with django_assert_num_queries(1):
        found = vetting_queue.looks(vetting_queue.waiting(on)[:50])
        assert len([each.course.provider.name for each in found]) == 6


def test_what_is_seen_is_another_code_after_every_change():
    course = a_waiting_course()
    codes = {seen(course)}
    Course.objects.update(title="Another")
    codes.add(seen(course))
    priced(course, 130_00)
    codes.add(seen(course))
    ruled(course)
    codes.add(seen(course))
    assert len(codes) == 4
