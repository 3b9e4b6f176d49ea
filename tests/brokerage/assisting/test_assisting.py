"""An adviser works a learner's pages: asked to, for a while, marked at each act, and never in place of their hand."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

import pytest
from django.db import DatabaseError, IntegrityError, transaction

import ledger
from accounts.models import Learner
from brokerage import buying, requesting, saving
from brokerage.assisting import assisting
from brokerage.assisting.errors import AssistanceOver, NotWanted
from brokerage.assisting.models import LASTS, Act, Assistance, AssistedAct, Together
from brokerage.errors import LearnerNotFound
from brokerage.models import Adviser, Request, RequestState
from brokerage.organisation_models import Interest
from brokerage.organisations import declaring
from brokerage.organisations.errors import Interested
from brokerage.requesting import Draft
from ledger import Actor
from ledger.models import Event
from tests.conftest import Clock
from tests.factories.brokerage import an_adviser
from tests.factories.providers import ProviderFactory
from tests.factories.talks import advised
from tests.factories.vouchers import ACTOR, a_run, a_voucher
from vouchers import confirmation
from vouchers.confirmation import Confirmation
from vouchers.errors import TheirOwnHand
from vouchers.models import Factor, MilestoneState, State

pytestmark = pytest.mark.django_db


def by(adviser: Adviser, learner: Learner) -> Actor:
    organisation = f"organisation:{adviser.organisation_id}"
    return Actor.user(adviser.user_id, acting_for=organisation, on_behalf_of=learner.subject)


def begun() -> Assistance:
    learner, adviser = advised()
    return assisting.begin(learner.pk, Together.PHONE, by=adviser, actor=by(adviser, learner))


def draft(learner: Learner, price_minor: int = 80_00) -> Draft:
    return Draft(learner.learning_accounts.get(), a_run(ProviderFactory(), price_minor))


def test_what_is_asked_for_is_the_learners_and_marked_as_the_advisers() -> None:
    assistance = begun()
    learner, adviser = assistance.learner, assistance.adviser
    asked = assisting.ask(draft(learner), by=assistance, actor=by(adviser, learner))
    assert (asked.learner, asked.state) == (learner, RequestState.SUBMITTED)
    [done] = assisting.done_to(asked.subject)
    assert (done.act, done.assistance.adviser.user.name) == (Act.ASKED, adviser.user.name)
    event = Event.objects.get(kind="request.submitted", subject=asked.subject)
    assert (event.actor, event.on_behalf_of) == (f"user:{adviser.user_id}", learner.subject)


def test_a_learner_who_is_not_theirs_to_help_does_not_exist_for_them() -> None:
    learner, _adviser = advised()
    stranger = an_adviser("Nia Stranger")
    with pytest.raises(LearnerNotFound):
        assisting.begin(learner.pk, Together.PHONE, by=stranger, actor=ACTOR)
    assert not Assistance.objects.exists()


def test_it_is_over_after_an_hour_and_nothing_is_done(clock: Clock) -> None:
    assistance = begun()
    learner, adviser = assistance.learner, assistance.adviser
    clock.move_by(minutes=59)
    assert assisting.going_on(str(assistance.pk), user=adviser.user_id) == assistance
    clock.move_by(minutes=2)
    assert assisting.going_on(str(assistance.pk), user=adviser.user_id) is None
    with pytest.raises(AssistanceOver):
        assisting.ask(draft(learner), by=assistance, actor=by(adviser, learner))
    assert (Request.objects.count(), AssistedAct.objects.count()) == (0, 0)


def test_a_learner_who_wants_none_of_it_is_helped_no_more_and_may_allow_it_again() -> None:
    assistance = begun()
    learner, adviser = assistance.learner, assistance.adviser
    assisting.refuse(learner=learner, actor=ACTOR)
    assisting.refuse(learner=learner, actor=ACTOR)
    with pytest.raises(AssistanceOver):
        assisting.ask(draft(learner), by=assistance, actor=by(adviser, learner))
    with pytest.raises(NotWanted):
        assisting.begin(learner.pk, Together.PHONE, by=adviser, actor=ACTOR)
    assert not Request.objects.exists()
    assert Event.objects.filter(kind="assistance.unwanted").count() == 1
    assisting.allow(learner=learner, actor=ACTOR)
    again = assisting.begin(learner.pk, Together.IN_PERSON, by=adviser, actor=ACTOR)
    assert assisting.going_on(str(again.pk), user=adviser.user_id) == again
    assistance.refresh_from_db()
    assert assistance.ended_at is not None  # one at a time


def test_it_ends_where_the_learner_has_another_adviser_now() -> None:
    assistance = begun()
    learner, adviser = assistance.learner, assistance.adviser
    learner.caseload.adviser = an_adviser("Nia Other")
    learner.caseload.save()
    assert assisting.going_on(str(assistance.pk), user=adviser.user_id) is None
    with pytest.raises(AssistanceOver), assisting.marked(assistance, Act.SAVED, "run:1"):
        pytest.fail("nothing is done")  # pragma: no cover


def test_stopped_twice_it_is_stopped_once_and_nothing_is_done_afterwards() -> None:
    assistance = begun()
    user = assistance.adviser.user_id
    for _time in range(2):
        assisting.end(str(assistance.pk), by=user, actor=ACTOR)
    assert Event.objects.filter(kind="assistance.ended").count() == 1
    with pytest.raises(AssistanceOver), assisting.marked(assistance, Act.SAVED, "run:1"):
        pytest.fail("nothing is done")  # pragma: no cover


def test_what_is_refused_leaves_no_mark() -> None:
    assistance = begun()
    learner, adviser = assistance.learner, assistance.adviser
    wanted = draft(learner)
    declaring.declare(Interest.Kind.WORKS, wanted.run.course.provider, by=adviser, actor=ACTOR)
    with pytest.raises(Interested):
        assisting.ask(wanted, by=assistance, actor=by(adviser, learner))
    assert (Request.objects.count(), AssistedAct.objects.count()) == (0, 0)


def test_what_cannot_be_marked_is_not_done() -> None:
    """The second wall: somebody ends it behind the check's back."""
    assistance = begun()
    learner, run = assistance.learner, a_run(ProviderFactory(), 80_00)

    def save_and_end() -> None:
        with assisting.marked(assistance, Act.SAVED, f"run:{run.pk}"):
            saving.save(run.pk, learner=learner, actor=ACTOR)
            Assistance.objects.filter(pk=assistance.pk).update(ended_at=assistance.began_at - LASTS)

    with pytest.raises(AssistanceOver):
        save_and_end()
    assert not learner.saved.exists()


def test_a_mark_is_only_ever_added_and_an_hour_is_the_most() -> None:
    assistance = begun()
    with assisting.marked(assistance, Act.SAVED, "run:1"):
        pass
    with pytest.raises(DatabaseError, match="only ever added to"), transaction.atomic():
        AssistedAct.objects.update(act=Act.WISHED)
    with pytest.raises(DatabaseError, match="only ever added to"), transaction.atomic():
        AssistedAct.objects.all().delete()
    with pytest.raises(IntegrityError, match="no_longer_than_a_talk"), transaction.atomic():
        Assistance.objects.update(ends_at=assistance.began_at + 2 * (assistance.ends_at - assistance.began_at))


def test_whoever_helps_never_confirms_in_the_learners_place(books: Callable[[], dict[UUID, int]]) -> None:
    milestone = a_voucher(state=State.STARTED).milestones.get(state=MilestoneState.DECLARED)
    before = books()
    learner, helper = milestone.voucher.learner, an_adviser()
    line = Confirmation(milestone.voucher_id, milestone.number, Factor.PASSWORD)
    with pytest.raises(TheirOwnHand):
        confirmation.confirm([line], learner=learner, actor=by(helper, learner))
    milestone.refresh_from_db()
    assert (milestone.state, books()) == (MilestoneState.DECLARED, before)


def test_whoever_helps_never_buys_in_the_learners_place(books: Callable[[], dict[UUID, int]]) -> None:
    assistance = begun()
    learner, adviser = assistance.learner, assistance.adviser
    asked = assisting.ask(draft(learner), by=assistance, actor=by(adviser, learner))
    before = books()
    with pytest.raises(TheirOwnHand):
        buying.buy([asked.pk], learner=learner, actor=by(adviser, learner), factor=Factor.PASSWORD)
    asked.refresh_from_db()
    assert (asked.voucher, books()) == (None, before)


def test_the_ledger_takes_nobodys_factor_for_somebody_else() -> None:
    """The second wall of both."""
    learner, adviser = advised()
    fields = {"learner": learner.pk, "scheme": None, "voucher": None, "against_advice": False}
    bought = ledger.EventKind.every["request.bought"]
    with pytest.raises(IntegrityError, match="a_factor_is_ones_own"), transaction.atomic():
        ledger.record(bought.by(by(adviser, learner), "request:1", factor=Factor.PASSWORD, **fields))
    ledger.record(bought.by(by(adviser, learner), "request:1", factor=None, **fields))


def test_an_adviser_takes_a_request_back_as_the_learner_says() -> None:
    assistance = begun()
    learner, adviser = assistance.learner, assistance.adviser
    asked = assisting.ask(draft(learner), by=assistance, actor=by(adviser, learner))
    with assisting.marked(assistance, Act.WITHDREW, asked.subject):
        requesting.withdraw(asked.pk, learner=learner, actor=by(adviser, learner))
    assert [each.act for each in assisting.done_to(asked.subject)] == [Act.ASKED, Act.WITHDREW]
