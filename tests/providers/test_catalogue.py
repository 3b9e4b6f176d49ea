from dataclasses import replace
from datetime import date

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from ledger.models import Event
from providers import errors
from providers.catalogue import publish_courses, publish_runs
from providers.listings import CourseListing, Earmark, ExtraListing, Price, RunListing, VenueListing
from providers.models import Course, CourseRun, Provider, RunExtra, Venue
from tests.factories.providers import CourseFactory, CourseRunFactory, ProviderFactory, RunExtraFactory

pytestmark = pytest.mark.django_db

COURSE = CourseListing("C1", "Computing for beginners", summary="From the start", level=1, url="https://nb.example/c1")
RUN = RunListing(
    "C1",
    "R1",
    date(2027, 9, 6),
    date(2028, 6, 30),
    Price.of(84_00),
    venue=VenueListing("Main Campus", "1 High Street", "Newbridge", "NB1 1AA"),
    places=12,
)


@pytest.fixture
def provider():
    return ProviderFactory()


def test_courses_and_runs_are_published(provider, actor):
    [course] = publish_courses(provider, [COURSE], actor=actor)
    [run] = publish_runs(provider, [RUN], actor=actor)
    stored = CourseRun.objects.select_related("course__provider", "venue").get()
    assert (stored.id, stored.course, stored.course.provider) == (run.id, course, provider)
    assert (stored.course.title, stored.course.level, stored.course.category) == ("Computing for beginners", 1, "")
    assert (stored.pricing, stored.price_minor, stored.currency, stored.places) == ("priced", 84_00, "GBP", 12)
    assert str(stored.venue) == "Main Campus, Newbridge, NB1 1AA"


def test_publishing_the_same_again_changes_nothing(provider, actor):
    for _ in range(2):
        publish_courses(provider, [COURSE], actor=actor)
        publish_runs(provider, [RUN], actor=actor)
    first, second = Event.objects.filter(kind="catalogue.published", data__runs=1).order_by("id")
    assert (first.data["created"], second.data["created"], second.data["unchanged"]) == (1, 0, 1)
    assert (Course.objects.count(), CourseRun.objects.count(), Venue.objects.count()) == (1, 1, 1)


def test_a_change_is_taken_over_under_the_same_id(provider, actor):
    [course] = publish_courses(provider, [COURSE], actor=actor)
    [run] = publish_runs(provider, [RUN], actor=actor)
    publish_courses(provider, [replace(COURSE, title="Computing")], actor=actor)
    publish_runs(provider, [replace(RUN, price=Price.of(0), venue=None)], actor=actor)
    stored = CourseRun.objects.select_related("course").get()
    assert (stored.id, stored.pricing, stored.price_minor, stored.venue) == (run.id, "free", 0, None)
    assert (stored.course.id, stored.course.title) == (course.id, "Computing")


def test_publishing_never_writes_over_a_category(provider, actor):
    CourseFactory(provider=provider, identifier="C1", category="0541")
    [course] = publish_courses(provider, [COURSE], actor=actor)
    assert (course.category, Course.objects.get().category) == ("0541", "0541")


def test_what_was_withdrawn_comes_back_when_it_is_published_again(provider, actor):
    CourseFactory(provider=provider, identifier="C1", withdrawn=True)
    publish_courses(provider, [COURSE], actor=actor)
    assert Course.objects.get().withdrawn_at is None


@pytest.mark.parametrize(
    ("listing", "code"),
    [
        (replace(COURSE, identifier=" "), "course_without_identifier"),
        (replace(COURSE, title="\x00"), "course_without_title"),
        (replace(COURSE, level=9), "course_level_wrong"),
        (replace(COURSE, title="t" * 501), "text_too_long"),
    ],
)
def test_a_course_that_is_not_in_order_is_refused_and_the_others_are_published(provider, actor, listing, code):
    refusal, course = publish_courses(provider, [listing, replace(COURSE, identifier="C2")], actor=actor)
    assert refusal.code == code
    assert list(Course.objects.values_list("identifier", flat=True)) == [course.identifier] == ["C2"]


@pytest.mark.parametrize(
    ("listing", "code"),
    [
        (replace(RUN, identifier=""), "run_without_identifier"),
        (replace(RUN, course="C9"), "run_of_unknown_course"),
        (replace(RUN, price=replace(RUN.price, price_minor=-1)), "price_wrong"),
        (replace(RUN, price=replace(RUN.price, price_minor=0)), "price_wrong"),
        (replace(RUN, price=replace(RUN.price, price_minor=84.5)), "price_wrong"),
        (replace(RUN, price=replace(RUN.price, price_minor=10**12)), "price_wrong"),
        (replace(RUN, price=Price.of(84_00, "pounds")), "price_wrong"),
        (replace(RUN, places=-1), "places_wrong"),
    ],
)
def test_a_run_that_is_not_in_order_is_refused_and_the_others_are_published(provider, actor, listing, code):
    publish_courses(provider, [COURSE], actor=actor)
    refusal, run = publish_runs(provider, [listing, replace(RUN, identifier="R2")], actor=actor)
    assert refusal.code == code
    assert list(CourseRun.objects.values_list("identifier", flat=True)) == [run.identifier] == ["R2"]


def test_an_identifier_is_used_once_in_a_batch(provider, actor):
    first, second = publish_courses(provider, [COURSE, replace(COURSE, title="Another")], actor=actor)
    one, two = publish_runs(provider, [RUN, replace(RUN, places=1)], actor=actor)
    assert (first.title, second.code, one.places, two.code) == (
        "Computing for beginners",
        "course_twice",
        12,
        "run_twice",
    )


def test_another_providers_course_of_the_same_identifier_is_another_course(provider, actor):
    theirs = CourseRunFactory(course__identifier="C1", identifier="R1", price_minor=50_00)
    publish_courses(provider, [COURSE], actor=actor)
    publish_runs(provider, [RUN], actor=actor)
    theirs.refresh_from_db()
    assert (theirs.price_minor, CourseRun.objects.count()) == (50_00, 2)


def test_a_run_whose_dates_contradict_each_other_is_kept_in_doubt_until_they_are_put_right(provider, actor):
    publish_courses(provider, [COURSE], actor=actor)
    [run] = publish_runs(provider, [replace(RUN, ends_on=date(2027, 6, 30))], actor=actor)
    assert run.dates_in_doubt
    publish_runs(provider, [RUN], actor=actor)
    assert not CourseRun.objects.get().dates_in_doubt


EXAM = ExtraListing("exam", "Certificate", 45_00)
BUS = ExtraListing(Earmark.TRAVEL, "Bus pass", 30_00)


def offered():
    return [(extra.earmark, extra.title, extra.price_minor) for extra in RunExtra.objects.offered()]


def publish(provider, actor, *extras, **changes):
    publish_courses(provider, [COURSE], actor=actor)
    [answer] = publish_runs(provider, [replace(RUN, extras=extras, **changes)], actor=actor)
    return answer


def test_what_comes_with_a_run_is_published_with_it(provider, actor):
    run = publish(provider, actor, EXAM, BUS)
    assert [extra.run_id for extra in RunExtra.objects.all()] == [run.pk, run.pk]
    assert offered() == [("exam", "Certificate", 45_00), ("travel", "Bus pass", 30_00)]


def test_what_comes_with_a_run_changes_its_price_under_the_same_id_and_is_withdrawn_when_it_is_gone(provider, actor):
    publish(provider, actor, EXAM, BUS)
    before = {extra.title: extra.pk for extra in RunExtra.objects.all()}
    publish(provider, actor, replace(EXAM, price_minor=50_00))
    assert offered() == [("exam", "Certificate", 50_00)]
    assert RunExtra.objects.get(title="Bus pass").withdrawn_at is not None
    publish(provider, actor, BUS, EXAM)
    assert offered() == [("exam", "Certificate", 45_00), ("travel", "Bus pass", 30_00)]
    assert {extra.title: extra.pk for extra in RunExtra.objects.all()} == before
    publish(provider, actor)
    assert offered() == []


def test_the_same_extras_in_another_order_change_nothing(provider, actor):
    publish(provider, actor, EXAM, BUS)
    before = list(RunExtra.objects.values())
    publish(provider, actor, BUS, EXAM)
    assert list(RunExtra.objects.values()) == before
    assert Event.objects.filter(kind="catalogue.published", data__runs=1, data__unchanged=1).count() == 1


@pytest.mark.parametrize(
    ("extras", "code"),
    [
        ([replace(EXAM, title=" \n ")], "extra_without_title"),
        ([replace(EXAM, title="x" * 201)], "text_too_long"),
        ([replace(EXAM, earmark="tuition")], "extra_earmark_unknown"),
        ([replace(EXAM, earmark="")], "extra_earmark_unknown"),
        ([replace(EXAM, price_minor=0)], "price_wrong"),
        ([replace(EXAM, price_minor=-1)], "price_wrong"),
        ([replace(EXAM, price_minor=True)], "price_wrong"),
        ([EXAM, replace(EXAM, title="Certificate ")], "extra_twice"),
        ([replace(EXAM, title=str(number)) for number in range(21)], "too_many_extras"),
    ],
)
def test_a_run_with_an_extra_that_is_not_in_order_is_refused_and_what_was_there_stays(provider, actor, extras, code):
    publish(provider, actor, BUS)
    answer = publish(provider, actor, *extras, places=3)
    assert answer.code == code
    assert str(answer)
    assert offered() == [("travel", "Bus pass", 30_00)]
    assert CourseRun.objects.get().places == 12


def test_extras_of_fifty_runs_cost_as_many_queries_as_those_of_one(provider, actor):
    publish_courses(provider, [COURSE], actor=actor)

    def queries(count, price_minor):
        listings = [
            replace(RUN, identifier=str(number), extras=(replace(EXAM, price_minor=price_minor), BUS))
            for number in range(count)
        ]
        with CaptureQueriesContext(connection) as captured:
            publish_runs(provider, listings, actor=actor)
        return len(captured)

    queries(1, 1)
    assert queries(1, 2) == queries(50, 3)


@pytest.mark.parametrize(
    ("fields", "wall"),
    [
        ({"price_minor": 0}, "extra_price_is_positive"),
        ({"earmark": "tuition"}, "extra_earmark_is_known"),
        ({"title": ""}, "extra_has_a_title"),
    ],
)
def test_the_database_itself_keeps_extras_in_order(fields, wall):
    with pytest.raises(IntegrityError, match=wall), transaction.atomic():
        RunExtraFactory(**fields)


def test_a_provider_that_was_removed_publishes_nothing(actor):
    provider = ProviderFactory(state=Provider.State.REMOVED)
    with pytest.raises(errors.ProviderWasRemoved):
        publish_courses(provider, [COURSE], actor=actor)
    assert not Course.objects.exists()


def test_publishing_takes_as_many_queries_for_fifty_as_for_one(provider, actor):
    publish_courses(provider, [replace(COURSE, identifier=f"C{n}") for n in range(50)], actor=actor)
    publish_runs(provider, [replace(RUN, course="C0")], actor=actor)
    taken = []
    for number in (1, 50):
        runs = [replace(RUN, course=f"C{n}", identifier=f"N{number}") for n in range(number)]
        with CaptureQueriesContext(connection) as queries:
            publish_runs(provider, runs, actor=actor)
        taken.append(len(queries))
    assert taken[0] == taken[1] <= 10


@pytest.mark.parametrize(
    ("fields", "wall"),
    [
        ({"pricing": "free", "price_minor": 1}, "run_price_fits_its_pricing"),
        ({"pricing": "free", "price_minor": None}, "run_price_fits_its_pricing"),
        ({"pricing": "on_request", "price_minor": 0}, "run_price_fits_its_pricing"),
        ({"pricing": "priced", "price_minor": 0}, "run_price_fits_its_pricing"),
        ({"pricing": "priced", "price_minor": None}, "run_price_fits_its_pricing"),
        ({"ends_on": date(2020, 1, 1)}, "run_dates_are_in_order_or_in_doubt"),
        ({"apply_until": date(2099, 1, 1)}, "run_dates_are_in_order_or_in_doubt"),
        ({"currency": "gbp"}, "run_currency_is_iso_4217"),
        ({"places": -1}, "run_places_are_not_negative"),
        ({"mode": "telepathy"}, "run_mode_is_known"),
    ],
)
def test_the_database_itself_keeps_runs_in_order(fields, wall):
    with pytest.raises(IntegrityError, match=wall), transaction.atomic():
        CourseRunFactory(**fields)


def test_a_venue_is_where_its_provider_says_it_is_and_moves_with_it(provider, actor):
    publish_courses(provider, [COURSE], actor=actor)
    where = replace(RUN.venue, latitude=51.48160001, longitude=-3.1791)
    publish_runs(provider, [replace(RUN, venue=where)], actor=actor)
    venue = Venue.objects.get()
    assert (str(venue.latitude), str(venue.longitude)) == ("51.481600", "-3.179100")
    publish_runs(provider, [replace(RUN, venue=replace(where, latitude=51.5))], actor=actor)
    assert str(Venue.objects.get().latitude) == "51.500000"
    # One that says nothing of it takes nothing back.
    publish_runs(provider, [RUN], actor=actor)
    assert str(Venue.objects.get().latitude) == "51.500000"


@pytest.mark.parametrize(
    "where",
    [(91.0, 0.0), (0.0, 181.0), (0.0, 0.0), (None, 3.0), (51.0, None), (float("nan"), 1.0), (1.0, float("inf"))],
)
def test_a_position_that_is_nowhere_is_not_known_and_refuses_nothing(provider, actor, where):
    publish_courses(provider, [COURSE], actor=actor)
    latitude, longitude = where
    [run] = publish_runs(
        provider, [replace(RUN, venue=replace(RUN.venue, latitude=latitude, longitude=longitude))], actor=actor
    )
    assert isinstance(run, CourseRun)
    assert (run.venue.latitude, run.venue.longitude) == (None, None)
