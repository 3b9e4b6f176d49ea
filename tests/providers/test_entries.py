"""The catalogue's entries say what `listed` says, on every day and whatever changes, and the database keeps them."""

import datetime as dt

import pytest

from ledger import Actor, today
from providers import accreditation, categorising, registering
from providers.models import Accreditation, CatalogueEntry, Course, CourseRun, Provider, Venue
from providers.registering import Because, Reason
from tests.factories.providers import (
    AccreditationFactory,
    CourseFactory,
    CourseRunFactory,
    ProviderFactory,
    VenueFactory,
)

pytestmark = pytest.mark.django_db
ACTOR = Actor.system("test")


def agree(days=range(-40, 140, 5)):
    """The entries and the rule name the same runs on each of these days from today; how many runs on each."""
    counts = []
    for offset in days:
        on = today() + dt.timedelta(days=offset)
        listed = sorted(CourseRun.objects.listed(on).order_by().values_list("pk", flat=True))
        entered = CatalogueEntry.objects.filter(listed_from__lte=on, listed_until__gte=on)
        assert sorted(entered.values_list("run_id", flat=True)) == listed, on
        counts.append(len(listed))
    return counts


def day(offset):
    return today() + dt.timedelta(days=offset)


def test_every_situation_of_a_run_is_judged_as_the_rule_judges_it():
    course = CourseFactory()
    CourseRunFactory(course=course)
    CourseRunFactory(course=course, apply_until=day(60))
    CourseRunFactory(course=course, starts_on=day(1))
    CourseRunFactory(course=course, starts_on=day(0))
    CourseRunFactory(course=course, withdrawn=True)
    CourseRunFactory(course=course, past=True)
    CourseRunFactory(course=course, dates_in_doubt=True)
    CourseRunFactory(course=course, free=True)
    CourseRunFactory(course=course, on_request=True)
    CourseRunFactory(course__withdrawn=True)
    CourseRunFactory(course__unaccredited=True)
    CourseRunFactory(course__provider__suspended=True)
    CourseRunFactory(course__provider__unaccredited=True)
    assert agree()[8] == 5


def test_a_gap_between_two_accreditations_is_a_gap_in_what_is_shown():
    course = CourseFactory(unaccredited=True)
    run = CourseRunFactory(course=course, starts_on=day(100))
    AccreditationFactory(provider=None, course=course, valid_from=day(-30), valid_until=day(10))
    AccreditationFactory(provider=None, course=course, valid_from=day(21), valid_until=day(40))
    AccreditationFactory(provider=None, course=course, valid_from=day(35), issuer="Another")
    spans = CatalogueEntry.objects.filter(run=run).order_by("listed_from")
    assert [(entry.listed_from, entry.listed_until) for entry in spans] == [
        (day(-30), day(10)), (day(21), day(99)),
    ]  # fmt: skip
    assert set(agree()) == {0, 1}


def test_what_the_capabilities_change_is_followed_at_once():
    run = CourseRunFactory(venue=VenueFactory())
    course, provider = run.course, run.course.provider
    assert max(agree()) == 1
    registering.suspend(provider, ACTOR, because=Because(Reason.QUALITY, "Complaints."))
    assert max(agree()) == 0
    registering.activate(provider, ACTOR, because=Because(Reason.PUT_RIGHT, "Done."))
    categorising.categorise([(course, "0411")], actor=ACTOR)
    assert CatalogueEntry.objects.get().category == "0411"
    accreditation.end(Accreditation.objects.get(course=course), day(12), actor=ACTOR)
    assert CatalogueEntry.objects.get().listed_until == day(12)
    accreditation.end(Accreditation.objects.get(provider=provider), day(3), actor=ACTOR)
    assert CatalogueEntry.objects.get().listed_until == day(3)
    accreditation.accredit_providers([accreditation.Mark(provider, "Other", day(4))], actor=ACTOR)
    assert CatalogueEntry.objects.get().listed_until == day(12)
    Venue.objects.update(latitude="51.5", longitude="-3.2", town="Barry")
    entry = CatalogueEntry.objects.get()
    assert (entry.town, entry.latitude, entry.longitude) == ("Barry", 51.5, -3.2)
    agree()
    Course.objects.update(withdrawn_at="2020-01-01T00:00Z")
    assert CatalogueEntry.objects.count() == 0


def test_what_no_search_narrows_by_writes_no_entry_anew():
    run = CourseRunFactory()
    before = CatalogueEntry.objects.get().pk
    Course.objects.update(description="Longer.")
    Provider.objects.update(website="https://elsewhere.example")
    assert CatalogueEntry.objects.get().pk == before
    CourseRun.objects.filter(pk=run.pk).update(price_minor=1_00)
    assert CatalogueEntry.objects.get().price_minor == 1_00


def test_one_statement_lists_the_runs_of_many_courses():
    provider = ProviderFactory()
    courses = [CourseFactory(provider=provider) for _ in range(3)]
    CourseRun.objects.bulk_create(CourseRunFactory.build(course=course) for course in courses for _ in range(3))
    assert agree([0]) == [9]
