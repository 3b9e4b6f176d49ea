"""Somebody is away, somebody else answers, and no clock stops."""

from __future__ import annotations

import datetime as dt

import pytest

import ledger
from brokerage import deciding
from brokerage.deciding import Ruling
from brokerage.models import Adviser, Away, Outcome, Request
from brokerage.organisations import appointing, errors, standing_in
from brokerage.witnessing import theirs
from ledger.models import Event
from tests.factories.brokerage import a_request, an_adviser
from tests.factories.vouchers import ACTOR

pytestmark = pytest.mark.django_db
DAY = dt.timedelta(days=1)


def goes(adviser: Adviser, days: int = 3, starts_in: int = 0) -> Away:
    first = ledger.today() + DAY * starts_in
    return standing_in.go_away(adviser, first, first + DAY * (days - 1), actor=ACTOR)


def stand_in(adviser: Adviser) -> Adviser | None:
    return Adviser.objects.select_related("stand_in").get(pk=adviser.pk).stand_in


def test_whoever_covers_answers_by_the_same_time_and_afterwards_theirs_is_theirs_again(clock):
    request = a_request(policy="open")
    goes(request.adviser)
    assert stand_in(request.adviser) == request.cover
    now = Request.objects.get(pk=request.pk)
    assert (now.adviser, now.answer_by) == (request.adviser, request.answer_by)
    clock.move_by(days=3)
    assert standing_in.refresh(actor=ACTOR) == 1
    assert standing_in.refresh(actor=ACTOR) == 0
    assert stand_in(request.adviser) is None
    assert [event.data["stand_in"] for event in Event.objects.filter(kind="adviser.stood_in_for").order_by("id")] == [
        str(request.cover_id),
        None,
    ]


def test_where_the_cover_is_away_too_their_cover_sees_and_decides_it():
    third = an_adviser("Mair Bowen")
    request = a_request(policy="open", adviser=an_adviser(cover=an_adviser("Elin Pugh", cover=third)))
    assert request not in Request.objects.on_the_desk_of(third)
    goes(request.cover)
    goes(request.adviser)
    assert stand_in(request.adviser) == third
    assert request in Request.objects.on_the_desk_of(third)
    assert request.learner in theirs(third)
    assert deciding.decide(Ruling(request.pk, Outcome.APPROVE), by=third, actor=ACTOR).adviser == third


def test_covers_in_a_circle_end_with_whoever_leads():
    first, second = an_adviser("Rhys Morgan"), an_adviser("Elin Pugh")
    an_adviser("Somebody Else")
    lead = an_adviser("Mair Bowen")
    Adviser.objects.filter(pk=lead.pk).update(leads=True)
    for adviser, cover in ((first, second), (second, first)):
        appointing.arrange(adviser, cover=cover, caseload_limit=None, actor=ACTOR)
        goes(adviser)
    assert (stand_in(first), stand_in(second)) == (lead, lead)
    goes(lead)
    assert stand_in(first) == Adviser.objects.get(user__name="Somebody Else")


def test_where_everybody_is_away_it_stays_with_its_adviser():
    alone = an_adviser()
    goes(alone)
    assert stand_in(alone) is None


def test_days_to_come_begin_on_their_day(clock):
    adviser = an_adviser(cover=an_adviser("Elin Pugh"))
    goes(adviser, days=1, starts_in=2)
    assert stand_in(adviser) is None
    clock.move_by(days=2)
    standing_in.refresh(actor=ACTOR)
    assert stand_in(adviser) == adviser.cover


def test_days_away_can_be_called_off_once():
    adviser = an_adviser(cover=an_adviser("Elin Pugh"))
    away = goes(adviser)
    with pytest.raises(errors.AbsenceNotFound):
        standing_in.call_off(away.pk, adviser=adviser.cover, actor=ACTOR)
    standing_in.call_off(away.pk, adviser=adviser, actor=ACTOR)
    assert stand_in(adviser) is None
    with pytest.raises(errors.AbsenceNotFound):
        standing_in.call_off(away.pk, adviser=adviser, actor=ACTOR)
    goes(adviser)


@pytest.mark.parametrize(("starts_in", "days"), [(-1, 3), (0, 0), (0, 400)])
def test_days_that_are_over_reversed_or_endless_are_refused(starts_in, days):
    with pytest.raises(errors.AbsenceWrong):
        goes(an_adviser(), days=days, starts_in=starts_in)
    assert not Away.objects.exists()


def test_nobody_is_away_twice_on_one_day():
    adviser = an_adviser()
    goes(adviser)
    with pytest.raises(errors.AbsentAlready):
        goes(adviser, starts_in=2)
    assert Away.objects.count() == 1


def test_nobody_covers_for_themselves_or_from_elsewhere():
    adviser = an_adviser()
    with pytest.raises(errors.CoverWrong):
        appointing.arrange(adviser, cover=adviser, caseload_limit=None, actor=ACTOR)
