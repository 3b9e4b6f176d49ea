"""How far a course is from a place that somebody names, told by the catalogue's own venues."""

import math

import pytest

from ledger import today
from providers import nearby
from providers.nearby import KM_A_MILE, Spot, locate
from providers.search import Filters, find
from tests.factories.providers import CourseFactory, CourseRunFactory, VenueFactory

pytestmark = pytest.mark.django_db
CARDIFF, SWANSEA, LONDON = (51.4816, -3.1791), (51.6214, -3.9436), (51.5074, -0.1278)


def at(where, town="Newbridge", postcode="NB1 1AA"):
    return VenueFactory(latitude=where[0], longitude=where[1], town=town, postcode=postcode)


@pytest.fixture
def teach():
    def course_of(title, where=None, **run):
        venue = at(where) if where else None
        return CourseRunFactory(course=CourseFactory(title=title), venue=venue, **run)

    return course_of


def look(within_km, near=CARDIFF, **filters):
    return find("", Filters(near=Spot("here", *near), within_km=within_km, **filters), today())


def titles(found):
    return sorted(course.title for course in found.courses)


def test_only_what_is_within_the_distance_is_found_and_what_is_online_is_anywhere(teach):
    teach("Here", CARDIFF)
    teach("There", SWANSEA)
    teach("Nobody knows where")
    teach("Online", mode="online")
    teach("By post", mode="distance")
    assert titles(look(10)) == ["By post", "Here", "Online"]
    assert titles(look(60)) == ["By post", "Here", "Online", "There"]
    assert titles(look(None)) == ["By post", "Here", "Nobody knows where", "Online", "There"]


def test_the_distance_is_the_great_circle(teach):
    teach("There", SWANSEA)
    teach("Far", LONDON)
    distances = {course.title: course.matching_runs[0].distance_km for course in look(None).courses}
    assert distances["There"] == pytest.approx(55.0, abs=0.3)
    assert distances["Far"] == pytest.approx(211.5, abs=0.5)


def test_of_what_starts_the_same_day_the_nearer_comes_first(teach):
    teach("A far one", LONDON)
    teach("Between", SWANSEA)
    teach("Close by", CARDIFF)
    teach("A mystery")
    assert [course.title for course in look(None).courses] == ["Close by", "Between", "A far one", "A mystery"]


def test_where_nothing_is_near_enough_it_is_said_how_far_the_nearest_is(teach):
    teach("There", SWANSEA)
    teach("Far", LONDON)
    found = look(10 * KM_A_MILE)
    assert (found.total, found.courses) == (0, [])
    assert round(found.nearest_km / KM_A_MILE) == 34
    assert look(10, level=8).nearest_km is None
    assert find("far", Filters(near=Spot("", *CARDIFF), within_km=10), today()).nearest_km == pytest.approx(
        211.5, abs=0.5
    )


def test_a_town_is_the_middle_of_its_venues():
    at((51.0, -3.0), town="Foryd", postcode="LL91 2AB")
    at((52.0, -4.0), town="foryd", postcode="LL91 4CD")
    VenueFactory(town="Foryd")
    assert locate(" FORYD ") == Spot("FORYD", 51.5, -3.5)


def test_of_two_towns_of_one_name_the_one_with_more_venues_is_meant():
    at((51.58, -2.99), town="Newport", postcode="NP20 1AA")
    at((51.60, -2.99), town="Newport", postcode="NP20 2BB")
    at((50.70, -1.29), town="Newport", postcode="PO30 1AA")
    assert (locate("Newport").latitude, locate("Newport").longitude) == (51.59, -2.99)


@pytest.mark.parametrize("typed", ["LL91 2AB", "ll912ab", " LL91  2ab"])
def test_a_postcode_is_its_own_venue_first(typed):
    at((51.0, -3.0), postcode="LL91 2AB")
    at((52.0, -4.0), postcode="LL91 4CD")
    assert locate(typed).latitude == 51.0


@pytest.mark.parametrize("typed", ["LL91", "ll91 9zz", "LL919ZZ"])
def test_a_postcode_with_no_venue_is_its_district(typed):
    at((51.0, -3.0), postcode="LL91 2AB")
    at((52.0, -4.0), postcode="LL914CD")
    at((57.0, -4.0), postcode="LL9 1AA")
    assert locate(typed).latitude == 51.5


@pytest.mark.parametrize("typed", ["", "   ", "Atlantis", "\x00", "'; --", "%s", "ZZ99 9ZZ", "x" * 5_000])
def test_a_place_that_no_venue_tells_of_is_unknown(typed):
    at(CARDIFF)
    assert locate(typed) is None


@pytest.mark.parametrize(
    "near", [(90.0, 0.0), (-90.0, 10.0), (0.0, 179.5), (10.0, -179.99), (51.0, 0.0), (-33.0, 151.0)]
)
@pytest.mark.parametrize("within_km", [0, 1, 100, 5_000, 30_000])
def test_the_box_for_the_index_never_leaves_out_what_is_within(near, within_km):
    box = nearby.box(Spot("", *near), within_km)
    for bearing in range(0, 360, 15):
        latitude, longitude = _travel(near, bearing, min(within_km, 20_000) * 0.999)
        assert box["south"] - 1e-6 <= latitude <= box["north"] + 1e-6
        assert box["west"] - 1e-6 <= longitude <= box["east"] + 1e-6


def _travel(start, bearing, km):
    """Where somebody is after so many kilometres along a great circle."""
    turned, angle = math.radians(bearing), km / nearby.EARTH_KM
    latitude, longitude = math.radians(start[0]), math.radians(start[1])
    there = math.asin(
        max(-1, min(1, math.sin(latitude) * math.cos(angle) + math.cos(latitude) * math.sin(angle) * math.cos(turned)))
    )
    further = math.atan2(
        math.sin(turned) * math.sin(angle) * math.cos(latitude), math.cos(angle) - math.sin(latitude) * math.sin(there)
    )
    return math.degrees(there), (math.degrees(longitude + further) + 180) % 360 - 180
