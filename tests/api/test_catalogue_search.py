"""Anybody searches the catalogue: no key, one answer for all, and a limit for each address."""

import json
from datetime import timedelta
from uuid import uuid4

import pytest
from django.core.cache import cache
from django.test import Client

from ledger import today
from providers.gathering import gather_words
from tests.api.contract import document, holds
from tests.factories.providers import CourseFactory, CourseRunFactory, ProviderFactory, VenueFactory

pytestmark = pytest.mark.django_db
ADDRESS = "/api/v1/catalogue/search"
CARDIFF = {"latitude": "51.4816", "longitude": "-3.1791"}


@pytest.fixture(autouse=True)
def _counted_anew():
    cache.clear()


def search(expected=200, **asked):
    response = Client().get(ADDRESS, asked)
    assert response.status_code == expected, response.content
    holds("GET", ADDRESS, response)
    return response.json()


def teach(title="Plumbing", *, course=None, **run):
    return CourseRunFactory(course=CourseFactory(title=title, **course or {}), **run)


def test_a_course_comes_with_its_provider_its_runs_and_what_would_narrow_the_search():
    venue = VenueFactory(name="Main Campus", town="Cardiff", postcode="CF10 1AA", **CARDIFF)
    run = teach(course={"category": "0732", "level": 2, "summary": "Pipes."}, venue=venue, price_minor=120_00)
    found = search(q="plumbing", near="CF10")
    [course] = found["courses"]
    assert (course["id"], course["title"], course["summary"]) == (str(run.course_id), "Plumbing", "Pipes.")
    assert course["provider"] == {"id": str(run.course.provider_id), "name": run.course.provider.name}
    assert (course["level"], course["category"], course["runs_fitting"]) == (2, "0732", 1)
    assert course["runs"] == [
        {
            "id": str(run.pk),
            "starts_on": run.starts_on.isoformat(),
            "ends_on": run.ends_on.isoformat(),
            "last_day_to_join": (run.starts_on - timedelta(days=1)).isoformat(),
            "mode": "classroom",
            "pattern": "evening",
            "venue": {"name": "Main Campus", "town": "Cardiff", "postcode": "CF10 1AA"},
            "distance_km": 0.0,
            "pricing": "priced",
            "price_minor": 120_00,
            "currency": "GBP",
        }
    ]
    assert found["facets"]["category"] == [
        {"value": "07", "label": "Engineering, manufacturing and construction", "courses": 1}
    ]
    assert (found["total"], found["total_is_least"], found["facets_are_least"]) == (1, False, False)
    assert found["near"] == {"name": "CF10", "latitude": 51.4816, "longitude": -3.1791}
    assert found["next_cursor"] is None


def test_what_cannot_be_joined_is_not_there():
    teach(withdrawn=True)
    teach(course={"unaccredited": True})
    teach(past=True)
    assert search()["courses"] == []


@pytest.mark.parametrize(
    ("asked", "titles"),
    [
        ({"level": "3"}, ["Advanced"]),
        ({"mode": "online"}, ["Online"]),
        ({"pattern": "weekend"}, ["Weekend"]),
        ({"category": "04"}, ["Accounts"]),
        ({"category": "0411"}, ["Accounts"]),
        ({"town": "foryd"}, ["Seaside"]),
        ({"max_price_minor": "4000"}, ["Cheap"]),
        ({"max_price_minor": "4000", "currency": "EUR"}, []),
        ({"starts_from": "2999-01-01"}, []),
        ({"starts_within": "7"}, ["Soon"]),
        ({"q": "advanced"}, ["Advanced"]),
    ],
)
def test_each_parameter_narrows_the_search(asked, titles):
    teach("Advanced", course={"level": 3})
    teach("Online", mode="online")
    teach("Weekend", pattern="weekend")
    teach("Accounts", course={"category": "0411"})
    teach("Seaside", venue=VenueFactory(town="Foryd"))
    teach("Cheap", price_minor=40_00)
    teach("Soon", starts_on=today() + timedelta(days=3))
    assert [course["title"] for course in search(**asked)["courses"]] == titles


def test_a_provider_is_named_by_its_id():
    run = teach()
    teach("Welding")
    found = search(provider=str(run.course.provider_id))
    assert [course["title"] for course in found["courses"]] == ["Plumbing"]
    assert search(provider=str(uuid4()))["total"] == 0


def test_a_slip_is_put_right_and_said_and_can_be_insisted_on():
    teach()
    gather_words()
    found = search(q="plumming")
    assert found["corrected"] == [{"typed": "plumming", "taken_for": "plumbing"}]
    assert found["total"] == 1
    assert search(q="plumming", as_typed="1")["total"] == 0


def test_where_nothing_is_near_enough_it_says_how_far_the_nearest_is():
    VenueFactory(town="Cardiff", **CARDIFF)
    teach(venue=VenueFactory(town="Swansea", latitude="51.6214", longitude="-3.9436"))
    found = search(near="Cardiff", within_km="20")
    assert (found["total"], found["nearest_km"]) == (0, 55.1)
    assert search(near="Cardiff", within_km="60")["courses"][0]["runs"][0]["distance_km"] == 55.1


def test_pages_follow_by_the_cursor_until_there_is_none():
    for number in range(7):
        teach(f"Plumbing {number}")
    seen, cursor = [], {}
    while True:
        found = search(q="plumbing", limit="3", **cursor)
        seen += [course["title"] for course in found["courses"]]
        if found["next_cursor"] is None:
            break
        cursor = {"cursor": found["next_cursor"]}
    assert seen == [f"Plumbing {number}" for number in range(7)]


@pytest.mark.parametrize(
    ("asked", "field"),
    [
        ({"colour": "red"}, "colour"),
        ({"level": "9"}, "level"),
        ({"level": "two"}, "level"),
        ({"level": "²"}, "level"),
        ({"mode": "telepathy"}, "mode"),
        ({"pattern": ""}, "pattern"),
        ({"category": "9"}, "category"),
        ({"category": "0799"}, "category"),
        ({"provider": "college"}, "provider"),
        ({"starts_from": "31 February"}, "starts_from"),
        ({"starts_to": "2026-02-31"}, "starts_to"),
        ({"max_price_minor": "-1"}, "max_price_minor"),
        ({"max_price_minor": "1e3"}, "max_price_minor"),
        ({"max_price_minor": "9" * 400}, "max_price_minor"),
        ({"currency": "£"}, "currency"),
        ({"limit": "51"}, "limit"),
        ({"limit": "0"}, "limit"),
        ({"cursor": "a"}, "cursor"),
        ({"cursor": "YWZ0ZXIgOTk5OTk5"}, "cursor"),
        ({"cursor": "£"}, "cursor"),
        ({"q": "x" * 201}, "q"),
        ({"near": "Atlantis"}, "near"),
        ({"within_km": "10"}, "near"),
        ({"as_typed": "yes"}, "as_typed"),
    ],
)
def test_what_is_not_a_search_is_refused_with_its_field(asked, field):
    response = Client().get(ADDRESS, asked)
    holds("GET", ADDRESS, response)
    assert response.status_code in (400, 422)
    assert response.json()["field"] == field


@pytest.mark.parametrize("text", ["'; DROP TABLE providers_course; --", "\x00", "%s %(on)s", "a & | ! :*", "<script>"])
def test_hostile_words_and_places_break_nothing(text):
    teach()
    search(422 if "\0" in text else 200, q=text)
    assert Client().get(ADDRESS, {"near": text}).status_code == 422


def test_it_may_be_kept_for_a_minute_and_a_refusal_may_not():
    assert Client().get(ADDRESS)["Cache-Control"] == "public, max-age=60"
    assert Client().get(ADDRESS, {"level": "9"})["Cache-Control"] == "no-store"


def test_an_address_that_asks_too_often_waits_and_another_does_not(settings):
    settings.PUBLIC_REQUESTS_PER_MINUTE = 2
    first = Client().get(ADDRESS)
    assert first["RateLimit-Policy"] == '"address";q=2;w=60'
    assert first["RateLimit"].startswith('"address";r=1;t=')
    Client().get(ADDRESS)
    third = Client().get(ADDRESS)
    assert (third.status_code, third.json()["code"]) == (429, "too_many_from_you")
    assert 0 < int(third["Retry-After"]) <= 60
    holds("GET", ADDRESS, third)
    assert Client().get(ADDRESS, REMOTE_ADDR="192.0.2.7").status_code == 200


def test_nothing_but_asking_is_possible():
    response = Client().post(ADDRESS, "{}", content_type="application/json")
    assert response.status_code == 405


def test_each_example_in_the_description_is_answered(django_assert_max_num_queries):
    VenueFactory(town="Cardiff", **CARDIFF)
    teach(course={"category": "0732", "level": 2})
    parameters = document()["paths"][ADDRESS]["get"]["parameters"]
    examples = {
        each["name"]: str(next(iter(each["examples"].values()))["value"]) for each in parameters if each.get("examples")
    }
    assert examples["q"] == "plumbing"
    examples["near"] = "Cardiff"
    assert json.dumps(search(**examples))


def test_the_queries_of_a_page_are_fixed(django_assert_num_queries):
    VenueFactory(town="Cardiff", **CARDIFF)
    provider = ProviderFactory()
    asked = {"q": "plumbing", "near": "Cardiff", "level": "1"}
    teach(course={"provider": provider})
    client = Client()
    client.get(ADDRESS, asked)
    with django_assert_num_queries(QUERIES):
        client.get(ADDRESS, asked)
    for number in range(15):
        teach(f"Plumbing {number}", course={"provider": provider}, venue=VenueFactory(provider=provider))
    with django_assert_num_queries(QUERIES):
        client.get(ADDRESS, asked)


# The place, the words, the page with its facets, its runs; and the day by the database's clock.
QUERIES = 5
