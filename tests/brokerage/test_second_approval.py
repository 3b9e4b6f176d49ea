"""Above a scheme's amount one adviser's yes is not enough: a second one, another person, decides too."""

import datetime as dt

import pytest
from django.db import IntegrityError, transaction

import ledger
from accounts.models import Purse
from brokerage import buying, clocks, deciding, errors, requesting
from brokerage.assigning import name_advisers
from brokerage.deciding import Ruling
from brokerage.models import Adviser, Decision, Outcome, ReasonCode, Request
from ledger.models import Event
from tests.factories.brokerage import a_request, an_adviser, an_organisation
from tests.factories.vouchers import ACTOR
from vouchers.models import Voucher

pytestmark = pytest.mark.django_db

AGAINST = {"reasons": "Level 1 first.", "reason_codes": [ReasonCode.TOO_HARD]}


def asked(worth=150_00, **situation):
    """A request for £150 in a scheme where two advisers approve what is above £120, after a conversation."""
    usual = {"policy": "structured", "second_approver_above_minor": 120_00, "consulted": True}
    return a_request(worth=worth, **usual | situation)


def decide(request, outcome=Outcome.APPROVE, by=None, **said):
    return deciding.decide(Ruling(request.pk, outcome, **said), by=by or request.adviser, actor=ACTOR)


def again(request):
    return Request.objects.select_related("adviser__user", "cover", "learner").get(pk=request.pk)


def buy(request):
    [answer] = buying.buy([request.pk], learner=request.learner, actor=ACTOR)
    return answer


@pytest.mark.parametrize(
    ("worth", "rules", "needed"),
    [
        (120_00, {}, 1),
        (120_01, {}, 2),
        (150_00, {"second_approver_above_minor": None}, 1),
        (150_00, {"policy": "guided", "structured_above_minor": 160_00}, 1),
        (150_00, {"policy": "guided", "structured_above_minor": 140_00}, 2),
    ],
)
def test_a_second_adviser_is_needed_above_the_amount_and_only_where_one_decides(worth, rules, needed):
    assert asked(worth, **rules).approvals_needed == needed


def test_the_first_approval_hands_it_to_the_colleague_who_covers_with_a_clock_of_its_own(clock, books):
    request = asked()
    clock.move_by(hours=20)
    before = books()
    decide(request)
    now = again(request)
    assert (now.state, now.approvals, now.adviser_id) == ("approved_once", 1, request.cover_id)
    assert now.answer_by == ledger.now() + dt.timedelta(hours=48)
    assert now not in Request.objects.on_the_desk_of(request.adviser)
    assert now in Request.objects.on_the_desk_of(now.adviser).waiting()
    assert isinstance(buy(request), errors.RequestWaits)
    assert books() == before
    event = Event.objects.get(kind="request.approved_once")
    assert event.data["adviser"] == str(request.adviser_id)
    assert event.data["second_adviser"] == str(request.cover_id)
    assert not Event.objects.filter(kind="request.decided").exists()


def test_with_two_approvals_it_can_be_bought():
    request = asked()
    decide(request)
    decide(request, by=again(request).adviser)
    now = again(request)
    assert (now.state, now.approvals) == ("approved", 2)
    assert isinstance(buy(request), Voucher)


def test_the_second_adviser_may_decline_and_the_learner_may_appeal_to_a_third():
    request, third = asked(), an_adviser("Nia Vaughan")
    decide(request)
    decide(request, Outcome.DECLINE, by=again(request).adviser, **AGAINST)
    assert again(request).state == "declined"
    assert isinstance(buy(request), errors.RequestOver)
    deciding.appeal(request.pk, "I have done level 1.", learner_id=request.learner_id, actor=ACTOR)
    assert (again(request).state, again(request).adviser) == ("appealed", third)
    decide(request, by=third)
    assert (again(request).state, again(request).approvals) == ("approved", 2)


def test_an_appeal_that_is_won_still_needs_a_second_approval_whose_decline_is_the_last_word():
    request, third = asked(), an_adviser("Nia Vaughan")
    decide(request, Outcome.DECLINE, **AGAINST)
    deciding.appeal(request.pk, "I have done level 1.", learner_id=request.learner_id, actor=ACTOR)
    decide(request, by=again(request).adviser)
    assert (again(request).state, again(request).adviser) == ("approved_once", third)
    decide(request, Outcome.DECLINE, by=third, **AGAINST)
    assert again(request).state == "upheld"
    with pytest.raises(errors.RequestOver):
        deciding.appeal(request.pk, "Again.", learner_id=request.learner_id, actor=ACTOR)


def test_where_there_is_no_second_adviser_nothing_is_approved():
    request = asked(adviser=an_adviser())
    with pytest.raises(errors.NobodyToSecond):
        decide(request)
    assert (again(request).state, again(request).approvals) == ("in_consultation", 0)
    assert not Decision.objects.exists()


def test_a_learner_who_is_an_adviser_never_seconds_their_own_request():
    request = asked()
    Adviser.objects.filter(pk=request.cover_id).update(user=request.learner.user_id)
    with pytest.raises(errors.NobodyToSecond):
        decide(request)
    third = an_adviser("Nia Vaughan")
    decide(request)
    assert again(request).adviser == third


def test_the_second_is_a_colleague_of_the_same_organisation_before_anybody_else():
    elsewhere = an_adviser("Somebody Else")
    elsewhere.organisation = an_organisation("Aberllan Advice")
    elsewhere.save()
    request, colleague = asked(adviser=an_adviser()), an_adviser("Elin Pugh")
    decide(request)
    assert (again(request).adviser, again(request).cover) == (colleague, elsewhere)


def test_nobody_approves_twice_even_when_the_request_comes_back_to_their_desk():
    request = asked()
    decide(request)
    Request.objects.filter(pk=request.pk).update(cover=request.adviser_id)
    with pytest.raises(errors.SameAdviser):
        decide(request)
    assert (again(request).state, again(request).approvals) == ("approved_once", 1)


def test_the_database_too_wants_two_people():
    request = asked()
    walls = {
        "request_is_approved_by_as_many_as_it_needs": {"state": "approved"},
        "request_approved_once_needs_another": {"state": "approved_once"},
        "request_needs_a_second_approval_under_structured_only": {"policy": "guided"},
    }
    for wall, change in walls.items():
        with pytest.raises(IntegrityError, match=wall), transaction.atomic():
            Request.objects.filter(pk=request.pk).update(**change)
    decide(request)
    with pytest.raises(IntegrityError, match="one_decision_an_adviser_and_request"), transaction.atomic():
        Decision.objects.create(request=request, adviser=request.adviser, outcome="approve", decided_at=ledger.now())


def test_silence_of_the_second_adviser_escalates_and_approves_nothing(clock):
    request, third = asked(), an_adviser("Nia Vaughan")
    decide(request)
    ends = Purse.objects.get().expires_on
    clock.move_by(hours=49)
    assert clocks.run_out(actor=ACTOR) == 1
    now = again(request)
    assert (now.state, now.approvals, now.adviser) == ("approved_once", 1, third)
    assert now.answer_by == ledger.now() + dt.timedelta(hours=48)
    assert Purse.objects.get().expires_on == ends + dt.timedelta(days=3)
    assert isinstance(buy(request), errors.RequestWaits)


def test_a_request_that_waits_for_its_second_approval_can_be_taken_back_and_is_not_asked_twice():
    request = asked()
    decide(request)
    draft = requesting.Draft(request.learning_account, request.run)
    [answer] = requesting.submit([draft], actor=ACTOR)
    assert isinstance(answer, errors.AlreadyAsked)
    requesting.withdraw(request.pk, learner=request.learner, actor=ACTOR)
    assert again(request).state == "withdrawn"
    with pytest.raises(errors.RequestDecided):
        decide(request, by=again(request).adviser)


def test_who_has_least_to_do_is_asked_first_where_nobody_covers():
    request = asked(adviser=an_adviser())
    busy, free = an_adviser("Elin Pugh"), an_adviser("Nia Vaughan")
    a_request(policy="guided", adviser=busy)
    name_advisers([request.learner], [busy])
    decide(request)
    assert again(request).adviser == free
