"""What a learner keeps for later, and what becomes of it."""

from __future__ import annotations

import datetime as dt
from typing import Any
from uuid import uuid4

import pytest
from django.db import IntegrityError, transaction

from brokerage import saving
from brokerage.errors import TooManySaved
from brokerage.models import Saved
from ledger import now, today
from ledger.models import Event
from providers.errors import RunNotFound
from providers.models import CourseRun
from tests.factories.providers import CourseRunFactory
from tests.factories.vouchers import learning_accounts
from tests.racing import together

pytestmark = pytest.mark.django_db


@pytest.fixture
def learner() -> Any:
    return learning_accounts(1)[0].learner


def test_a_run_is_saved_as_it_is_then(learner: Any, actor: Any) -> None:
    run = CourseRunFactory(price_minor=120_00)
    saved = saving.save(run.pk, learner=learner, actor=actor)
    assert (saved.price_minor, saved.currency) == (120_00, "GBP")
    assert (saved.starts_on, saved.ends_on) == (run.starts_on, run.ends_on)
    told = Event.objects.get(kind="course.saved")
    assert told.data == {"learner": str(learner.pk), "run": str(run.pk)}


def test_saved_twice_it_stays_as_it_was_saved_first(learner: Any, actor: Any, clock: Any) -> None:
    run = CourseRunFactory()
    first = saving.save(run.pk, learner=learner, actor=actor)
    clock.move_by(days=1)
    assert saving.save(run.pk, learner=learner, actor=actor).pk == first.pk
    assert Saved.objects.get().saved_at == first.saved_at
    assert Event.objects.filter(kind="course.saved").count() == 1


def test_the_database_keeps_one_a_learner_and_run(learner: Any, actor: Any) -> None:
    saved = saving.save(CourseRunFactory().pk, learner=learner, actor=actor)
    again = Saved(learner=learner, run=saved.run, saved_at=now(), currency="GBP", starts_on=today(), ends_on=today())
    with pytest.raises(IntegrityError, match="one_saved_a_learner_and_run"), transaction.atomic():
        again.save(force_insert=True)


def test_what_does_not_exist_cannot_be_saved(learner: Any, actor: Any) -> None:
    with pytest.raises(RunNotFound):
        saving.save(uuid4(), learner=learner, actor=actor)
    assert not Saved.objects.exists()


def test_there_is_room_for_so_many(learner: Any, actor: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(saving, "MOST", 2)
    for _ in range(2):
        saving.save(CourseRunFactory().pk, learner=learner, actor=actor)
    with pytest.raises(TooManySaved) as refused:
        saving.save(CourseRunFactory().pk, learner=learner, actor=actor)
    assert "You have saved 2 courses" in str(refused.value)
    assert Saved.objects.count() == 2


def test_let_go_twice_is_let_go_once(learner: Any, actor: Any) -> None:
    run = CourseRunFactory()
    saving.save(run.pk, learner=learner, actor=actor)
    assert saving.let_go(run.pk, learner=learner, actor=actor) is True
    assert saving.let_go(run.pk, learner=learner, actor=actor) is False
    assert not Saved.objects.exists()
    assert Event.objects.filter(kind="course.let_go").count() == 1


def test_nobody_lets_go_what_another_has_saved(learner: Any, actor: Any) -> None:
    run = CourseRunFactory()
    saving.save(run.pk, learner=learner, actor=actor)
    [other] = learning_accounts(1)
    assert saving.let_go(run.pk, learner=other.learner, actor=actor) is False
    assert saving.saved_among(learner, [run.pk]) == {run.pk}
    assert saving.saved_among(other.learner, [run.pk]) == set()


def test_the_shelf_says_what_has_changed(learner: Any, actor: Any, django_assert_num_queries: Any) -> None:
    same, dearer, later, withdrawn, free = (
        CourseRunFactory(),
        CourseRunFactory(price_minor=100_00),
        CourseRunFactory(),
        CourseRunFactory(),
        CourseRunFactory(free=True),
    )
    for run in (same, dearer, later, withdrawn, free):
        saving.save(run.pk, learner=learner, actor=actor)
    CourseRun.objects.filter(pk=dearer.pk).update(price_minor=110_00)
    CourseRun.objects.filter(pk=later.pk).update(starts_on=later.starts_on + dt.timedelta(days=1))
    CourseRun.objects.filter(pk=withdrawn.pk).update(withdrawn_at=now())
    on = today()
    with django_assert_num_queries(2):
        shelf = {kept.run.pk: kept for kept in saving.shelf(learner, on)}
    changes = {
        pk: (kept.price_changed, kept.dates_changed, kept.gone.code if kept.gone else "") for pk, kept in shelf.items()
    }
    assert changes == {
        same.pk: (False, False, ""),
        dearer.pk: (True, False, ""),
        later.pk: (False, True, ""),
        withdrawn.pk: (False, False, "run_withdrawn"),
        free.pk: (False, False, ""),
    }


@pytest.mark.django_db(transaction=True)
def test_two_at_once_save_it_once(learner: Any, actor: Any) -> None:
    run = CourseRunFactory()
    saved = together(*[lambda: saving.save(run.pk, learner=learner, actor=actor).pk] * 2)
    assert len(set(saved)) == 1
    assert Saved.objects.count() == 1
