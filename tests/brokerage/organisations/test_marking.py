"""Without a quality mark nobody brokers, and what waits goes elsewhere."""

from __future__ import annotations

import datetime as dt

import pytest
from django.db import DatabaseError, IntegrityError, transaction

import ledger
from accounts.models import User
from brokerage import assigning, deciding
from brokerage.deciding import Ruling
from brokerage.errors import NobodyToAsk
from brokerage.models import Adviser, Caseload, Decision, GuidanceOrganisation, Outcome, Request
from brokerage.organisation_models import QualityMark
from brokerage.organisations import errors, handing_over, marking
from brokerage.organisations.marking import Details, Mark, Reason
from brokerage.requesting import Draft, submit
from ledger.models import Event
from tests.factories.brokerage import a_request, an_adviser, an_organisation, under
from tests.factories.providers import ProviderFactory
from tests.factories.vouchers import ACTOR, a_run, learning_accounts

pytestmark = pytest.mark.django_db
DAY = dt.timedelta(days=1)


def elsewhere(name: str = "Nia Prosser") -> Adviser:
    """An adviser of another organisation, which holds a mark."""
    adviser = an_adviser(name)
    adviser.organisation = an_organisation("Llwybr De")
    adviser.save()
    return adviser


def unmark(organisation: GuidanceOrganisation) -> None:
    by = User.objects.create_user("manager@scheme.example", name="A Manager")
    for mark in organisation.marks.all():
        marking.withdraw_mark(mark, Reason.ISSUER, by=by.pk, actor=ACTOR)


def test_a_mark_holds_from_its_first_day_to_its_last():
    organisation, today = an_organisation("New", marked=False), ledger.today()
    mark = marking.record_mark(organisation, Mark("matrix", "M1", today, today + DAY), actor=ACTOR)
    assert [mark.holds(today + DAY * days) for days in (-1, 0, 1, 2)] == [False, True, True, False]
    event = Event.objects.get(kind="guidance.mark_recorded", subject=organisation.subject)
    assert event.data["valid_until"] == (today + DAY).isoformat()


def test_a_mark_that_ends_before_it_begins_or_is_there_already_is_refused():
    organisation, today = an_organisation("New", marked=False), ledger.today()
    with pytest.raises(errors.MarkDatesReversed):
        marking.record_mark(organisation, Mark("matrix", "M1", today, today - DAY), actor=ACTOR)
    marking.record_mark(organisation, Mark("matrix", "M1", today, today), actor=ACTOR)
    with pytest.raises(errors.MarkRecordedAlready):
        marking.record_mark(organisation, Mark("matrix", "M1", today, today + DAY), actor=ACTOR)
    assert QualityMark.objects.filter(organisation=organisation).count() == 1


def test_a_mark_is_added_and_withdrawn_and_never_changed():
    organisation = an_organisation()
    unmark(organisation)
    mark = organisation.marks.get()
    assert not mark.holds(ledger.today())
    with pytest.raises(errors.MarkWithdrawnAlready):
        marking.withdraw_mark(mark, Reason.MISTAKE, by=mark.withdrawal.withdrawn_by_id, actor=ACTOR)
    for change in (lambda: QualityMark.objects.update(number="another"), mark.withdrawal.delete):
        with pytest.raises(DatabaseError), transaction.atomic():
            change()


def test_without_a_mark_nobody_decides_and_nothing_changes(books):
    request = a_request(policy="open")
    unmark(request.adviser.organisation)
    before = books()
    with pytest.raises(errors.MarkNeeded, match="Foryd Careers has no quality mark"):
        deciding.decide(Ruling(request.pk, Outcome.APPROVE), by=request.adviser, actor=ACTOR)
    request.refresh_from_db()
    assert (request.state, Decision.objects.count(), books()) == ("submitted", 0, before)


def test_what_waits_without_a_mark_goes_elsewhere_with_a_clock_of_its_own(clock):
    request, other = a_request(policy="structured"), elsewhere()
    unmark(request.adviser.organisation)
    clock.move_by(hours=30)
    assert handing_over.leave_without_a_mark(actor=ACTOR) == 1
    assert handing_over.leave_without_a_mark(actor=ACTOR) == 0
    request.refresh_from_db()
    assert (request.adviser, request.cover, request.answer_by) == (other, None, ledger.now() + dt.timedelta(hours=48))
    event = Event.objects.get(kind="request.handed_over")
    assert (event.data["why"], event.data["adviser"]) == ("mark", str(other.pk))


def test_where_there_is_nobody_elsewhere_it_stays_and_its_time_with_it():
    request = a_request(policy="structured")
    unmark(request.adviser.organisation)
    assert handing_over.leave_without_a_mark(actor=ACTOR) == 0
    now = Request.objects.get(pk=request.pk)
    assert (now.adviser, now.answer_by) == (request.adviser, request.answer_by)


def test_an_organisation_without_a_mark_gets_no_new_learners_or_requests():
    unmarked, (account, another) = an_adviser(), learning_accounts(2)
    under(account, policy="open")
    assigning.name_advisers([account.learner], [unmarked])
    unmark(unmarked.organisation)
    [refusal] = submit([Draft(account, a_run(ProviderFactory(), 50_00))], actor=ACTOR)
    assert isinstance(refusal, NobodyToAsk)
    other = elsewhere()
    [asked] = submit([Draft(account, a_run(ProviderFactory(), 50_00))], actor=ACTOR)
    assert asked.adviser == other
    assigning.name_advisers([another.learner], [unmarked, other])
    assert Caseload.objects.get(learner=another.learner).adviser == other


def test_an_organisation_says_how_it_is_reached():
    organisation = an_organisation()
    said = Details("01990 555 010", "01990 555 099", 0, 5, dt.time(9), dt.time(17), 80)
    marking.change_details(organisation, said, actor=ACTOR)
    organisation.refresh_from_db()
    kept = (organisation.night_telephone, organisation.last_day, organisation.closes_at)
    assert kept == ("01990 555 099", 5, dt.time(17))
    for wrong in (
        Details(opens_at=dt.time(9)),
        Details(opens_at=dt.time(9), closes_at=dt.time(9)),
        Details(first_day=6),
    ):
        with pytest.raises(errors.OrganisationHoursWrong):
            marking.change_details(GuidanceOrganisation.objects.get(pk=organisation.pk), wrong, actor=ACTOR)
    organisation.refresh_from_db()
    assert organisation.opens_at == dt.time(9)
    with pytest.raises(errors.OrganisationExists):
        marking.open_organisation("Foryd Careers", actor=ACTOR)


def test_each_adviser_has_as_many_learners_as_they_may_and_no_more():
    first, second = an_adviser("Rhys Morgan"), an_adviser("Elin Pugh")
    GuidanceOrganisation.objects.update(caseload_limit=2)
    Adviser.objects.filter(pk=second.pk).update(caseload_limit=1)
    learners = [account.learner for account in learning_accounts(5)]
    assigning.name_advisers(learners, [first, second])
    named = [Caseload.objects.filter(adviser=each).count() for each in (first, second)]
    assert named == [2, 1]
    with pytest.raises(IntegrityError, match="as many learners"), transaction.atomic():
        Caseload.objects.create(learner=learners[4], adviser=first, since=ledger.now())
    with pytest.raises(IntegrityError, match="as many learners"), transaction.atomic():
        Caseload.objects.filter(adviser=first).update(adviser=second)
