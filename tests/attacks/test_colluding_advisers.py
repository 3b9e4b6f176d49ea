"""An adviser and a provider who share what the learner's money buys, or an adviser who approves their own family."""

from __future__ import annotations

import pytest

from brokerage import deciding, joining
from brokerage.deciding import Ruling
from brokerage.errors import AdvisesLearners, OwnRequest
from brokerage.models import Adviser, Decision, Outcome, Request
from brokerage.organisations import appointing, declaring, errors, handing_over, reassigning
from brokerage.organisations.declaring import Kind
from brokerage.organisations.reassigning import Choice
from providers import staffing
from tests.factories.accounts import a_manager
from tests.factories.brokerage import a_request, an_adviser, an_organisation
from tests.factories.providers import StaffFactory
from tests.factories.vouchers import ACTOR

pytestmark = pytest.mark.django_db


def approve(request: Request, by: Adviser) -> Decision:
    return deciding.decide(Ruling(request.pk, Outcome.APPROVE), by=by, actor=ACTOR)


def test_nobody_is_paid_by_a_college_and_advises_its_learners():
    """Neither comes first: the other is refused."""
    request = a_request()
    provider, adviser = request.run.course.provider, request.adviser
    invited = staffing.invite_administrator(provider, adviser.user.email, user=a_manager().user_id, actor=ACTOR)
    with pytest.raises(AdvisesLearners):
        joining.accept_invitation(invited.token, user=adviser.user_id, actor=ACTOR)
    assert not provider.staff.current().exists()
    insider = StaffFactory(provider=provider)
    with pytest.raises(errors.RolesExclude):
        appointing.appoint(insider.user.email, an_organisation(), actor=ACTOR)
    assert not Adviser.objects.filter(user=insider.user).exists()


def test_a_declared_interest_stops_both_of_two_who_cover_for_each_other(books):
    request, honest = a_request(policy="structured", consulted=True), an_adviser("Mair Bowen")
    provider = request.run.course.provider
    for adviser in (request.adviser, request.cover):
        declaring.declare(Kind.FAMILY_WORKS, provider, by=adviser, actor=ACTOR)
    before = books()
    for adviser in (request.adviser, request.cover):
        with pytest.raises(errors.Interested):
            approve(request, adviser)
    handing_over.hand_over(request.pk, by=request.adviser, actor=ACTOR)
    assert Request.objects.get().adviser == honest
    assert (Decision.objects.count(), books()) == (0, before)


def test_an_interest_that_is_ended_a_moment_before_deciding_is_kept_with_the_decision():
    request = a_request(policy="open")
    interest = declaring.declare(Kind.OWNS, request.run.course.provider, by=request.adviser, actor=ACTOR)
    declaring.end(interest.pk, by=request.adviser, actor=ACTOR)
    assert approve(request, request.adviser).interest == interest


def test_nobody_approves_their_own_family_nor_themselves():
    request = a_request(policy="open")
    declaring.declare_family(request.learner.user.email, by=request.cover, actor=ACTOR)
    Request.objects.update(cover=request.cover)
    with pytest.raises(errors.Interested):
        approve(request, request.cover)
    # Not even where the learner asks for them.
    with pytest.raises(errors.NoPlace):
        reassigning.change_adviser(request.learner, Choice(adviser=request.cover), actor=ACTOR)
    Adviser.objects.filter(pk=request.adviser_id).update(user=request.learner.user)
    with pytest.raises(OwnRequest):
        approve(request, Adviser.objects.get(pk=request.adviser_id))
    assert not Decision.objects.exists()
