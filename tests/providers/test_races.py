"""Two imports of one provider's feed at the same moment, on two real connections."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connection

from ledger import Actor
from providers.importing import import_feed
from providers.models import Course, CourseRun, Provider
from tests.factories.providers import ProviderFactory
from tests.providers.feed_writing import catalog, course, presentation, provider, stream

pytestmark = pytest.mark.django_db(transaction=True)


def import_at_once():
    """Import the same feed twice at the same moment; what became of each."""
    feed = catalog(provider(*(course(presentation(), identifier=f"C{number}") for number in range(20))))
    barrier = Barrier(2)

    def run(_):
        try:
            barrier.wait(timeout=10)
            feed_import = import_feed(stream(feed), source_name="feed.xml", actor=Actor.system("test"))
            return feed_import.created, feed_import.unchanged
        except Exception as error:
            return type(error).__name__
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        return list(pool.map(run, range(2)))


def test_two_imports_of_a_known_provider_take_turns():
    ProviderFactory(identifier="NEWBRIDGE", ukprn="")
    assert sorted(import_at_once()) == [(0, 41), (40, 1)]
    assert (Course.objects.count(), CourseRun.objects.count()) == (20, 20)


def test_without_their_turn_they_run_into_each_other(monkeypatch):
    ProviderFactory(identifier="NEWBRIDGE", ukprn="")
    monkeypatch.setattr("providers.importing.lock_catalogue", lambda known: known)
    waiting = Barrier(2)
    put_courses = import_feed.__globals__["put_courses"]

    def put_together(*arguments):
        waiting.wait(timeout=10)
        return put_courses(*arguments)

    monkeypatch.setattr("providers.importing.put_courses", put_together)
    assert sorted(import_at_once(), key=str) != [(0, 41), (40, 1)]


def test_two_imports_of_a_new_provider_register_it_once():
    outcomes = import_at_once()
    assert (41, 0) in outcomes
    assert set(outcomes) <= {(41, 0), (0, 41), "ProviderKnownAlready"}
    assert (Provider.objects.count(), Course.objects.count(), CourseRun.objects.count()) == (1, 20, 20)
