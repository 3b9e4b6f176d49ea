"""A learner has another adviser, and says to nobody why."""

from __future__ import annotations

import datetime as dt

import pytest

import ledger
from brokerage.models import Adviser, Caseload, Outcome, Request
from brokerage.organisation_models import AdviserChange
from brokerage.organisations import errors, reassigning
from brokerage.organisations.reassigning import Choice
from brokerage.talking import calling_back
from brokerage.talking.models import CallBack
from ledger.models import Event
from tests.brokerage.organisations.test_declaring import declare
from tests.brokerage.organisations.test_marking import elsewhere, unmark
from tests.factories.brokerage import a_request, an_adviser
from tests.factories.talks import a_booking
from tests.factories.vouchers import ACTOR, learning_accounts
from tests.web.learner.test_request import answered

pytestmark = pytest.mark.django_db


def change(request: Request, choice: Choice) -> Caseload:
    return reassigning.change_adviser(request.learner, choice, actor=ACTOR)


def test_what_waits_goes_along_and_the_former_adviser_sees_nothing_of_it(clock):
    request, third = a_request(policy="structured"), an_adviser("Mair Bowen")
    clock.move_by(hours=40)
    assert change(request, Choice(adviser=third)).adviser == third
    now = Request.objects.get(pk=request.pk)
    assert (now.adviser, now.answer_by) == (third, ledger.now() + dt.timedelta(hours=48))
    assert not Request.objects.on_the_desk_of(request.adviser).exists()
    event = Event.objects.get(kind="learner.adviser_changed")
    assert event.data == {"adviser": str(third.pk), "former": str(request.adviser_id), "chosen": True}


def test_what_was_answered_before_goes_along_too_without_a_clock():
    request = answered(Outcome.APPROVE, policy="open")
    before = Request.objects.get(pk=request.pk)
    change(request, Choice(organisation=elsewhere().organisation))
    now = Request.objects.get(pk=request.pk)
    assert (now.state, now.answer_by) == ("approved", before.answer_by)
    assert not Request.objects.on_the_desk_of(before.adviser).exists()


def test_what_the_new_adviser_may_not_answer_goes_to_another():
    request, third = a_request(policy="open"), an_adviser("Mair Bowen")
    declare(request, by=third)
    change(request, Choice(adviser=third))
    assert Request.objects.get(pk=request.pk).adviser == request.cover
    assert Caseload.objects.get().adviser == third


def test_somebody_of_an_organisation_or_anybody_is_whoever_has_fewest_waiting():
    request, other = a_request(policy="open"), elsewhere()
    a_request(policy="open", adviser=request.cover)
    assert change(request, Choice()).adviser == other
    assert change(request, Choice(organisation=request.adviser.organisation)).adviser == request.adviser


def test_nobody_is_offered_who_has_no_place_no_mark_or_is_theirs():
    request, other, full = a_request(policy="open"), elsewhere(), an_adviser("Full Up")
    Adviser.objects.filter(pk=full.pk).update(caseload_limit=0)
    assert set(reassigning.may_choose(request.learner)) == {request.cover, other}
    unmark(other.organisation)
    assert list(reassigning.may_choose(request.learner)) == [request.cover]
    refused = {full: errors.NoPlace, other: errors.NoPlace, request.adviser: errors.AdviserAlready}
    for adviser, refusal in refused.items():
        with pytest.raises(refusal):
            change(request, Choice(adviser=adviser))
    Adviser.objects.update(caseload_limit=0)
    with pytest.raises(errors.NobodyFree):
        change(request, Choice())
    assert Caseload.objects.get().adviser == request.adviser
    assert not AdviserChange.objects.exists()


def test_it_can_be_changed_three_times_in_thirty_days(clock):
    request = a_request(policy="open")
    both = [request.cover, request.adviser]
    for turn in range(3):
        change(request, Choice(adviser=both[turn % 2]))
    assert reassigning.changes_left(request.learner) == 0
    with pytest.raises(errors.TooManyChanges, match="3 times in 30 days"):
        change(request, Choice(adviser=both[1]))
    assert Caseload.objects.get().adviser == both[0]
    clock.move_by(days=30, seconds=1)
    change(request, Choice(adviser=both[1]))


def test_whoever_has_none_chooses_one_and_that_is_no_change():
    [account] = learning_accounts(1)
    adviser = an_adviser()
    reassigning.change_adviser(account.learner, Choice(adviser=adviser), actor=ACTOR)
    assert Caseload.objects.get(learner=account.learner).adviser == adviser
    assert reassigning.changes_left(account.learner) == 3


def test_the_new_adviser_rings_and_a_talk_booked_with_the_former_one_is_given_back():
    booked, third = a_booking(), an_adviser("Mair Bowen")
    learner, former = booked.learner, booked.slot.adviser
    waiting = calling_back.ask("01248 555 010", language="en-gb", learner=learner, actor=ACTOR)
    reassigning.change_adviser(learner, Choice(adviser=third), actor=ACTOR)
    waiting.refresh_from_db()
    booked.refresh_from_db()
    assert (waiting.adviser, waiting.state, booked.state) == (third, "waiting", "cancelled")
    assert not CallBack.objects.on_the_desk_of(former).exists()
