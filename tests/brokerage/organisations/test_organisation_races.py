"""Two at the same instant: the last place, an interest declared while deciding, two roles given to one person."""

from __future__ import annotations

import pytest
from django.db import IntegrityError
from django.db.models import QuerySet

from accounts.models import SchemeManager, User
from brokerage import deciding
from brokerage.deciding import Ruling
from brokerage.models import Adviser, Caseload, Decision, Interest, Outcome
from brokerage.organisations import appointing, declaring, errors, reassigning
from brokerage.organisations.declaring import Kind
from brokerage.organisations.reassigning import Choice
from tests.brokerage.test_brokerage_races import answered_by
from tests.factories.brokerage import a_request, an_adviser, an_organisation
from tests.factories.vouchers import ACTOR, learning_accounts
from tests.racing import Meeting, together

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def no_row_locks(monkeypatch):
    """Rows are read as they are locked, but without the lock: the database's own walls are left."""
    monkeypatch.setattr(QuerySet, "select_for_update", lambda self, **_options: self.all())


def meeting_after(monkeypatch, module, name):
    """Both have done this before either goes on."""
    meeting, does = Meeting(), getattr(module, name)

    def then_wait(*given):
        answer = does(*given)
        meeting.wait()
        return answer

    monkeypatch.setattr(module, name, then_wait)
    return meeting


def two_choose():
    adviser = an_adviser()
    Adviser.objects.filter(pk=adviser.pk).update(caseload_limit=1)
    learners = [account.learner for account in learning_accounts(2)]
    return together(
        *(
            lambda each=each: answered_by(
                lambda: reassigning.change_adviser(each, Choice(adviser=adviser), actor=ACTOR)
            )
            for each in learners
        )
    )


def test_of_two_learners_one_gets_the_last_place_and_the_other_is_told(monkeypatch):
    meeting_after(monkeypatch, reassigning, "_chosen")
    assert {type(answer) for answer in two_choose()} == {Caseload, errors.NoPlace}
    assert Caseload.objects.count() == 1


def test_without_the_lock_the_wall_gives_the_last_place_once(monkeypatch, no_row_locks):
    meeting = meeting_after(monkeypatch, reassigning, "_chosen")
    assert {type(answer) for answer in two_choose()} == {Caseload, errors.NoPlace}
    assert meeting.met
    assert Caseload.objects.count() == 1


def test_an_interest_that_is_declared_while_deciding_comes_before_or_after_it_and_never_between(monkeypatch):
    request = a_request(policy="open")
    meeting = meeting_after(monkeypatch, declaring, "interest_in_deciding")
    answers = together(
        lambda: answered_by(
            lambda: deciding.decide(Ruling(request.pk, Outcome.APPROVE), by=request.adviser, actor=ACTOR)
        ),
        lambda: answered_by(
            lambda: (
                declaring.declare(Kind.WORKS, request.run.course.provider, by=request.adviser, actor=ACTOR),
                meeting.wait(),
            )
        ),
    )
    assert not meeting.met
    assert isinstance(answers[1], tuple)
    if isinstance(answers[0], Decision):
        assert answers[0].decided_at <= Interest.objects.get().declared_at
    else:
        assert isinstance(answers[0], errors.Interested)
        assert not Decision.objects.exists()


def test_of_two_roles_that_exclude_each_other_one_is_given():
    user, organisation = User.objects.create_user("pat@people.example", name="Pat"), an_organisation()

    def manages():
        try:
            return SchemeManager.objects.create(user=user)
        except IntegrityError as wall:
            return wall

    together(manages, lambda: answered_by(lambda: appointing.appoint(user.email, organisation, actor=ACTOR)))
    assert Adviser.objects.count() + SchemeManager.objects.count() == 1
