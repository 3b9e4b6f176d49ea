"""Whoever has an interest does not decide: they say so, and a colleague does."""

from __future__ import annotations

import datetime as dt

import pytest
from django.db import IntegrityError, transaction

import ledger
from accounts.models import Learner, User
from brokerage import assigning, deciding
from brokerage.deciding import Ruling
from brokerage.models import Adviser, Caseload, Decision, Interest, Outcome, Request
from brokerage.organisations import declaring, errors, handing_over, reassigning
from brokerage.organisations.declaring import Kind
from brokerage.requesting import Draft, submit
from config.refusals import only
from ledger.models import Event
from tests.factories.brokerage import a_request, an_adviser, an_organisation
from tests.factories.providers import ProviderFactory
from tests.factories.vouchers import ACTOR, a_run

pytestmark = pytest.mark.django_db


def declare(request: Request, kind: Kind = Kind.WORKS, by: Adviser | None = None) -> Interest:
    return declaring.declare(kind, request.run.course.provider, by=by or request.adviser, actor=ACTOR)


def approve(request: Request, by: Adviser) -> Decision:
    return deciding.decide(Ruling(request.pk, Outcome.APPROVE), by=by, actor=ACTOR)


def again(request: Request) -> Request:
    return Request.objects.select_related("adviser", "cover").get(pk=request.pk)


@pytest.mark.parametrize("kind", [Kind.OWNS, Kind.WORKS, Kind.FAMILY_WORKS])
def test_nobody_decides_on_a_provider_that_they_or_their_family_live_of(kind, books):
    request = a_request(policy="open")
    declare(request, kind)
    before = books()
    with pytest.raises(errors.Interested, match="Hand it to a colleague"):
        approve(request, request.adviser)
    assert (again(request).state, books()) == ("submitted", before)
    assert approve(request, request.cover).interest is None


def test_one_press_hands_it_to_a_colleague_without_an_interest(clock):
    request = a_request(policy="structured")
    also_interested, free = an_adviser("Mair Bowen"), an_adviser("Zoe Last")
    for adviser in (request.adviser, request.cover, also_interested):
        declare(request, by=adviser)
    clock.move_by(hours=10)
    handing_over.hand_over(request.pk, by=request.adviser, actor=ACTOR)
    now = again(request)
    assert (now.adviser, now.cover, now.answer_by) == (free, None, ledger.now() + dt.timedelta(hours=48))
    assert now not in Request.objects.on_the_desk_of(request.adviser)
    assert Event.objects.get(kind="request.handed_over").data["why"] == "interest"


def test_whoever_only_covers_hands_it_over_and_its_adviser_keeps_it():
    request, third = a_request(policy="structured"), an_adviser("Mair Bowen")
    declare(request, by=request.cover)
    handing_over.hand_over(request.pk, by=request.cover, actor=ACTOR)
    now = again(request)
    assert (now.adviser, now.cover, now.answer_by) == (request.adviser, third, request.answer_by)


def test_without_an_interest_nothing_is_handed_over_and_without_a_colleague_neither():
    request = a_request(policy="open", adviser=an_adviser())
    with pytest.raises(errors.NothingDeclared):
        handing_over.hand_over(request.pk, by=request.adviser, actor=ACTOR)
    declare(request)
    with pytest.raises(Exception, match="no adviser who could answer"):
        handing_over.hand_over(request.pk, by=request.adviser, actor=ACTOR)
    assert again(request).adviser == request.adviser


def test_what_is_asked_later_of_that_provider_goes_past_them_and_all_else_does_not():
    request = a_request(policy="open")
    declare(request)
    account, provider = request.learning_account, request.run.course.provider
    theirs = only(submit([Draft(account, a_run(provider, 20_00))], actor=ACTOR))
    others = only(submit([Draft(account, a_run(ProviderFactory(), 20_00))], actor=ACTOR))
    assert (theirs.adviser, others.adviser) == (request.cover, request.adviser)


def test_who_taught_there_may_decide_and_it_is_kept_with_the_decision():
    request = a_request(policy="open")
    taught = declare(request, Kind.TAUGHT)
    assert approve(request, request.adviser).interest == taught


def test_what_is_over_blocks_no_more_and_is_kept_with_decisions_for_two_years(clock):
    first, provider = a_request(policy="open"), ProviderFactory()
    second = only(submit([Draft(first.learning_account, a_run(provider, 20_00))], actor=ACTOR))
    interest = declare(first)
    declaring.end(interest.pk, by=first.adviser, actor=ACTOR)
    with pytest.raises(errors.InterestNotFound):
        declaring.end(interest.pk, by=first.adviser, actor=ACTOR)
    assert declaring.interest_in_deciding(first, first.adviser) == interest
    assert declaring.interest_in_deciding(second, first.adviser) is None
    clock.move_by(days=731)
    assert declaring.interest_in_deciding(first, first.adviser) is None
    assert Interest.objects.get().ended_at is not None


def test_it_is_declared_once_and_by_nobody_else():
    request = a_request()
    interest = declare(request)
    with pytest.raises(errors.InterestDeclaredAlready):
        declare(request)
    with pytest.raises(errors.InterestNotFound):
        declaring.end(interest.pk, by=request.cover, actor=ACTOR)
    assert Interest.objects.open().get() == interest


def test_a_learner_of_the_family_is_never_on_this_desk_again():
    request = a_request(policy="open")
    declaring.declare_family(f" {request.learner.user.email.upper()} ", by=request.adviser, actor=ACTOR)
    assert again(request).adviser == request.cover
    assert Caseload.objects.get(learner=request.learner).adviser == request.cover
    later = only(submit([Draft(request.learning_account, a_run(ProviderFactory(), 20_00))], actor=ACTOR))
    assert request.adviser not in (later.adviser, later.cover)
    assert not Request.objects.on_the_desk_of(request.adviser).exists()
    assert request.adviser not in reassigning.may_choose(request.learner)
    event = Event.objects.get(kind="interest.declared")
    assert set(event.data) == {"adviser", "interest_kind", "provider"}


def test_family_is_known_by_an_address_before_there_is_an_account():
    adviser, other = an_adviser(), an_adviser("Elin Pugh")
    declaring.declare_family("cousin@family.example", by=adviser, actor=ACTOR)
    request = a_request(policy="open", adviser=other)
    User.objects.filter(pk=request.learner.user_id).update(email="cousin@family.example")
    Caseload.objects.all().delete()
    assigning.name_advisers([request.learner], [adviser, other])
    assert Caseload.objects.get().adviser == other
    Request.objects.update(cover=adviser)
    with pytest.raises(errors.Interested):
        approve(request, adviser)
    declaring.forget(Learner.objects.select_related("user").get(pk=request.learner_id))
    assert not Interest.objects.exists()


def test_declared_from_the_case_it_counts_for_the_learner_whatever_their_address_becomes():
    request = a_request(policy="open")
    declaring.declare_learner(request.learner_id, by=request.adviser, actor=ACTOR)
    User.objects.filter(pk=request.learner.user_id).update(email="another@address.example")
    Request.objects.update(adviser=request.adviser)
    with pytest.raises(errors.Interested):
        approve(request, request.adviser)


def test_where_nobody_has_a_place_the_learner_chooses_later_and_is_answered_all_the_same():
    request = a_request(policy="open")
    Adviser.objects.exclude(pk=request.adviser_id).update(caseload_limit=0)
    declaring.declare_learner(request.learner_id, by=request.adviser, actor=ACTOR)
    assert not Caseload.objects.exists()
    assert again(request).adviser == request.cover


def test_the_database_too_takes_no_decision_of_somebody_with_an_interest():
    request = a_request(policy="open")
    declare(request)
    with pytest.raises(IntegrityError, match="has an interest"), transaction.atomic():
        Decision.objects.create(request=request, adviser=request.adviser, outcome="approve", decided_at=ledger.now())


def test_an_interest_is_in_a_provider_or_in_a_learner():
    adviser = an_adviser()
    with pytest.raises(errors.InterestWrong):
        declaring.declare_family("  ", by=adviser, actor=ACTOR)
    with pytest.raises(errors.InterestWrong):
        declaring.declare(Kind.FAMILY, ProviderFactory(), by=adviser, actor=ACTOR)
    assert not Interest.objects.exists()


def test_an_appeal_and_a_second_approval_go_past_whoever_has_an_interest():
    request = a_request(policy="structured", consulted=True, second_approver_above_minor=50_00)
    declare(request, by=request.cover)
    third = an_adviser("Mair Bowen")
    third.organisation = an_organisation("Llwybr De")
    third.save()
    approve(request, request.adviser)
    assert again(request).adviser == third
