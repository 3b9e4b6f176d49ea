"""The open catalogue as a feed: valid, only what can be joined, and the same courses when it is read again."""

import json
from dataclasses import replace
from datetime import timedelta
from io import BytesIO, StringIO
from pathlib import Path

import pytest
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from lxml import etree

from ledger import now, today
from providers.exporting import WRITERS, edition, export
from providers.feeds.formats import Format, detect, read
from providers.importing import import_feed
from providers.models import CourseRun, Provider
from providers.registering import Because, Reason, suspend
from tests.factories.providers import (
    CourseFactory,
    CourseRunFactory,
    ProviderFactory,
    RunExtraFactory,
    VenueFactory,
)

pytestmark = pytest.mark.django_db

SCHEMAS = Path(__file__).parents[2].parent / "shared" / "data" / "xcri" / "xsd"
needs_schemas = pytest.mark.skipif(not SCHEMAS.is_dir(), reason="XCRI-CAP's schemas are not beside this repository")
FORMATS = sorted(WRITERS)


def exported(format):
    return "".join(export(Format(format))).encode()


@pytest.fixture
def college():
    """A provider with two courses, and runs of every kind that can be shown."""
    college = ProviderFactory(name="Newbridge & <District> College", identifier="NEWBRIDGE", ukprn="10004695")
    venue = VenueFactory(provider=college)
    course = CourseFactory(
        provider=college,
        identifier="C1",
        title="Café & bar ]]> skills",
        summary="Short.\nAnd to the point.",
        description="First part\nSecond & part",
        keywords="Catering, Wine",
        qualification="Award in Catering",
        url="https://college.example/c1?a=1&b=2",
        level=0,
    )
    join_by = today() + timedelta(days=20)
    priced = CourseRunFactory(
        course=course, venue=venue, identifier="R1", hours=30, places=12, apply_until=join_by, attendance_text="Fridays"
    )
    RunExtraFactory(run=priced, title="Certificate")
    RunExtraFactory(run=priced, title="Gone", withdrawn=True)
    CourseRunFactory(course=course, identifier="R2", free=True, mode="online", pattern="")
    CourseRunFactory(course=course, identifier="R3", on_request=True, mode="workplace", pattern="day_release")
    CourseRunFactory(
        course__provider=college, course__identifier="C2", identifier="R1", price_minor=99_50, currency="EUR"
    )
    return college


@needs_schemas
def test_the_catalogue_is_valid_xcri_cap(college):
    schema = etree.XMLSchema(etree.parse(SCHEMAS / "all.xsd"))
    schema.assertValid(etree.fromstring(exported(Format.XCRI)))


@pytest.mark.parametrize("format", FORMATS)
def test_an_export_reads_back_to_the_same_courses_and_runs(college, actor, format):
    content = exported(format)
    assert detect(content) == format
    told = import_feed(BytesIO(content), source_name="export", actor=actor)
    before = list(CourseRun.objects.order_by("pk").values("pk", "identifier", "published_at"))
    # These rows were not made from listings: only the first reading gives them their fingerprints.
    assert told.tally()["provider", "unchanged"] == 1
    assert exported(format) == content
    again = import_feed(BytesIO(content), source_name="export", actor=actor)
    assert again.tally() == {("provider", "unchanged"): 1, ("course", "unchanged"): 2, ("run", "unchanged"): 4}
    assert list(CourseRun.objects.order_by("pk").values("pk", "identifier", "published_at")) == before
    assert Provider.objects.count() == 1


def test_an_export_says_everything_that_the_catalogue_knows(college):
    [listing] = read(exported(Format.SCHEMA_ORG), Format.SCHEMA_ORG).providers
    assert (listing.name, listing.identifier, listing.ukprn) == (
        "Newbridge & <District> College",
        "NEWBRIDGE",
        "10004695",
    )
    course = next(each for each in listing.courses if each.identifier == "C1")
    assert (course.title, course.summary) == ("Café & bar ]]> skills", "Short.\nAnd to the point.")
    assert (course.description, course.keywords) == ("First part\nSecond & part", "Catering, Wine")
    assert (course.level, course.qualification) == (0, "Award in Catering")
    assert course.url == "https://college.example/c1?a=1&b=2"
    runs = {(run.course, run.identifier): run for run in listing.runs}
    priced = runs["C1", "R1"]
    assert (priced.price.price_minor, priced.hours, priced.places) == (120_00, 30, 12)
    assert (priced.mode, priced.pattern, priced.attendance_text) == ("classroom", "evening", "Fridays")
    assert (priced.apply_until, priced.venue.town) == (today() + timedelta(days=20), "Newbridge")
    assert [(extra.earmark, extra.title, extra.price_minor) for extra in priced.extras] == [
        ("exam", "Certificate", 40_00)
    ]
    assert (runs["C1", "R2"].price.pricing, runs["C1", "R2"].mode) == ("free", "online")
    assert (runs["C1", "R3"].price.note, runs["C1", "R3"].pattern) == ("To be advised", "day_release")
    assert (runs["C2", "R1"].price.price_minor, runs["C2", "R1"].price.currency) == (99_50, "EUR")


def test_an_export_in_xcri_cap_says_all_that_the_standard_has_a_place_for(college):
    listings = {format: read(exported(format), Format(format)).providers[0] for format in FORMATS}
    plain = [{replace(run, extras=()) for run in listing.runs} for listing in listings.values()]
    assert plain[0] == plain[1]
    assert len(plain[0]) == 4
    courses = [sorted(listing.courses, key=lambda course: course.identifier) for listing in listings.values()]
    assert courses[0] == courses[1]


@pytest.mark.parametrize("format", FORMATS)
def test_only_what_a_learner_is_shown_is_exported(format):
    shown = CourseRunFactory(identifier="shown", course__identifier="taught")
    CourseRunFactory(identifier="gone", course=shown.course, withdrawn=True)
    CourseRunFactory(identifier="over", course=shown.course, past=True)
    CourseRunFactory(course__provider__unaccredited=True)
    CourseRunFactory(course__provider__suspended=True)
    CourseRunFactory(course__unaccredited=True)
    CourseFactory(provider=shown.course.provider)
    [listing] = read(exported(format), Format(format)).providers
    assert [course.identifier for course in listing.courses] == ["taught"]
    assert [run.identifier for run in listing.runs] == ["shown"]


@pytest.mark.parametrize("format", FORMATS)
def test_letters_that_xml_cannot_hold_break_no_export(format):
    CourseRunFactory(course__title="Odd \ufffe letters \U0001f600")
    [listing] = read(exported(format), Format(format)).providers
    assert listing.courses[0].title.endswith("letters \U0001f600")


def test_an_empty_catalogue_is_an_empty_document():
    assert json.loads(exported(Format.SCHEMA_ORG))["@graph"] == []
    assert len(etree.fromstring(exported(Format.XCRI))) == 0


@pytest.mark.parametrize("format", FORMATS)
def test_a_chunk_of_courses_takes_as_many_queries_whatever_is_in_it(format):
    def queries(courses):
        for _ in range(courses):
            RunExtraFactory(run=CourseRunFactory())
        with CaptureQueriesContext(connection) as asked:
            exported(format)
        return len(asked)

    assert queries(1) == queries(9) <= 9


def test_the_command_writes_a_file_that_can_be_imported(college, tmp_path, actor):
    for format in FORMATS:
        path = tmp_path / format
        call_command("feed", "export", str(path), "--format", format)
        assert path.read_bytes() == exported(format)
    out = StringIO()
    call_command("feed", "export", stdout=out)
    assert out.getvalue().encode() == exported(Format.XCRI)


def test_the_catalogue_is_served_to_anybody_and_only_once_to_who_has_it(client, college):
    for address, kind, format in (
        ("/catalogue/xcri-cap.xml", "application/xml; charset=utf-8", Format.XCRI),
        ("/catalogue/courses.jsonld", "application/ld+json; charset=utf-8", Format.SCHEMA_ORG),
    ):
        answer = client.get(address)
        assert (answer.status_code, answer["Content-Type"]) == (200, kind)
        assert answer.getvalue() == exported(format)
        assert answer["Cache-Control"] == "public, max-age=300"
        for header, known in (("If-None-Match", answer["ETag"]), ("If-Modified-Since", answer["Last-Modified"])):
            again = client.get(address, headers={header: known})
            assert (again.status_code, again.content, again["ETag"]) == (304, b"", answer["ETag"])
        assert client.head(address)["ETag"] == answer["ETag"]
        assert client.post(address).status_code == 405


def test_an_edition_is_another_when_anything_of_the_catalogue_is(college, actor):
    marks = [edition().mark, edition().mark]
    assert marks[0] == marks[1]
    CourseRun.objects.filter(identifier="R2").update(published_at=now() + timedelta(days=1))
    marks.append(edition().mark)
    suspend(college, actor, because=Because(Reason.QUALITY, "Complaints."))
    marks.append(edition().mark)
    assert len(set(marks)) == 3
