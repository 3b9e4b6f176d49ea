"""An adviser says what they have seen of the learners whom they have to do with, and of nobody else."""

import pytest

from accounts.circumstances import Criterion, Document
from accounts.errors import OwnEvidence
from accounts.models import Evidence
from brokerage import assigning, errors
from brokerage.deciding import Ruling, decide
from brokerage.models import Adviser, Caseload, Outcome
from brokerage.witnessing import witness
from tests.factories.brokerage import a_request, an_adviser
from tests.factories.proofs import RESIDENCE, wants_proof
from tests.factories.vouchers import ACTOR, a_scheme, learning_accounts

pytestmark = pytest.mark.django_db


def see(learner, by):
    return witness(learner.pk, Criterion.RESIDENCE, Document.UTILITY_BILL, by=by, actor=ACTOR)


@pytest.fixture
def learner():
    [account] = learning_accounts(1)
    wants_proof(a_scheme(), RESIDENCE)
    return account.learner


def test_of_a_learner_who_is_named_for_them_or_for_whom_they_cover_for(learner):
    cover = an_adviser("Elin Pugh")
    adviser = an_adviser(cover=cover)
    assigning.name_advisers([learner], [adviser])
    assert see(learner, adviser).checked_by == adviser.user
    assert see(learner, cover).checked_by == cover.user


def test_of_a_learner_whose_request_waits_on_their_desk_until_it_is_answered():
    request = a_request(consulted=True)
    wants_proof(a_scheme(), RESIDENCE)
    Caseload.objects.all().delete()
    assert see(request.learner, request.adviser).learner == request.learner
    decide(Ruling(request.pk, Outcome.APPROVE), by=request.adviser, actor=ACTOR)
    with pytest.raises(errors.LearnerNotFound):
        see(request.learner, request.adviser)
    assert Evidence.objects.count() == 1


def test_of_anybody_else_as_if_they_did_not_exist(learner):
    assigning.name_advisers([learner], [an_adviser()])
    with pytest.raises(errors.LearnerNotFound):
        see(learner, an_adviser("Somebody Else"))
    assert not Evidence.objects.exists()


def test_of_themselves_never(learner):
    adviser = an_adviser()
    Adviser.objects.filter(pk=adviser.pk).update(user=learner.user)
    assigning.name_advisers([learner], [adviser])
    with pytest.raises(OwnEvidence):
        see(learner, Adviser.objects.get(pk=adviser.pk))
    assert not Evidence.objects.exists()
