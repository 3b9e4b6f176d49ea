"""What the clock starts."""

from __future__ import annotations

import pytest
from django_celery_beat.models import PeriodicTask
from django_celery_beat.schedulers import ModelEntry

from config.celery import app


def test_each_thing_that_the_clock_starts_is_a_task() -> None:
    app.loader.import_default_modules()
    assert {entry["task"] for entry in app.conf.beat_schedule.values()} <= set(app.tasks)


@pytest.mark.django_db
@pytest.mark.parametrize("name", app.conf.beat_schedule)
def test_a_sweep_that_no_worker_had_time_for_is_gone_when_the_next_one_comes(name: str) -> None:
    entry = ModelEntry.from_entry(name, app=app, **app.conf.beat_schedule[name])
    every = entry.schedule.run_every.total_seconds() if hasattr(entry.schedule, "run_every") else None
    assert PeriodicTask.objects.get(name=name).expire_seconds == every
    assert entry.options.get("expires") == every
