"""The reader of schema.org Courses, on the many forms of JSON-LD and on JSON that is out to harm."""

import json
import socket
from datetime import date
from io import BytesIO

import pytest

from providers import errors
from providers.feeds.formats import Format, detect, read
from providers.importing import import_feed
from providers.listings import ExtraListing, Price, VenueListing
from tests.factories.providers import ProviderFactory

COLLEGE = {"@type": "Organization", "name": "Newbridge College", "identifier": "NEWBRIDGE"}


def course(*runs, **more):
    told = {"@type": "Course", "identifier": "C1", "name": "Computing", "provider": COLLEGE}
    return told | {"hasCourseInstance": list(runs)} | more


def run(**more):
    told = {"@type": "CourseInstance", "identifier": "R1", "startDate": "2027-09-06", "endDate": "2028-06-30"}
    return told | more


def document(*nodes, context="https://schema.org", **more):
    return json.dumps({"@context": context, "@graph": list(nodes), **more}, indent=1).encode()


def only_run(content):
    [listing] = read(content, Format.SCHEMA_ORG).providers
    [taken] = listing.runs
    return taken


def refused(content):
    with pytest.raises(errors.FeedRefusal) as told:
        read(content, Format.SCHEMA_ORG)
    return str(told.value)


@pytest.mark.parametrize(
    "content",
    [
        document(course(run())),
        json.dumps([course(run()) | {"@context": "http://schema.org/"}]).encode(),
        json.dumps(course(run()) | {"@context": {"@vocab": "https://schema.org/"}}).encode(),
        b"\xef\xbb\xbf" + document(course(run())),
        document(course(run())).decode().encode("utf-16"),
    ],
)
def test_a_graph_a_list_and_a_single_course_are_read(content):
    assert detect(content) == Format.SCHEMA_ORG
    [listing] = read(content, Format.SCHEMA_ORG).providers
    assert (listing.identifier, listing.name) == ("NEWBRIDGE", "Newbridge College")
    assert [each.identifier for each in listing.courses] == ["C1"]
    assert [each.starts_on for each in listing.runs] == [date(2027, 9, 6)]


def test_a_run_is_read_with_dates_price_place_hours_and_what_can_be_had_with_it():
    offer = {
        "@type": "Offer",
        "price": 84.5,
        "priceCurrency": "GBP",
        "validThrough": "2027-08-31",
        "addOn": {"@type": "Offer", "name": "Certificate", "category": "exam", "price": "40.00"},
    }
    place = {
        "@type": "Place",
        "name": "Main Campus",
        "address": {"streetAddress": "1 High Street", "addressLocality": "Newbridge", "postalCode": "nb1 1aa"},
    }
    told = only_run(
        document(
            course(
                run(
                    offers=[offer],
                    location=place,
                    courseMode=["blended", "evening"],
                    courseWorkload="PT30H",
                    maximumAttendeeCapacity=12,
                )
            )
        )
    )
    assert (told.price, told.apply_until, told.hours, told.places) == (Price.of(84_50), date(2027, 8, 31), 30, 12)
    assert told.venue == VenueListing("Main Campus", "1 High Street", "Newbridge", "NB1 1AA")
    assert (told.mode, told.pattern) == ("blended", "evening")
    assert told.extras == (ExtraListing("exam", "Certificate", 40_00),)


@pytest.mark.parametrize(
    ("offers", "price"),
    [
        ({"price": "0"}, Price.of(0)),
        ({"category": "Free"}, Price.of(0)),
        ({"price": "1200", "priceCurrency": "EUR"}, Price.of(1200_00, "EUR")),
        ({"price": 1200, "priceCurrency": "JPY"}, Price.of(1200, "JPY")),
        ({"price": "Nous consulter", "priceCurrency": "EUR"}, Price.on_request("Nous consulter", "EUR")),
        ({"price": "On application"}, Price.on_request("On application")),
        ({"price": 84.555}, Price.on_request("84.555")),
        ({"price": "12", "priceCurrency": "doubloons"}, Price.on_request("12 DOUBLOONS")),
        ({"price": -5}, Price.on_request("-5")),
        ([{"price": 10}, {"price": 20}], Price.on_request("10, 20")),
        ([{"price": 10}, {"price": "10.00"}], Price.of(10_00)),
        ({}, Price.on_request()),
        (None, Price.on_request()),
        ([[]], Price.on_request()),
        (True, Price.on_request()),
    ],
)
def test_only_a_single_amount_is_a_price(offers, price):
    assert only_run(document(course(run(offers=offers)))).price == price


def test_a_provider_named_by_its_id_is_found_in_the_same_document():
    college = {
        "@type": "CollegeOrUniversity",
        "@id": "https://college.example/#us",
        "name": "Newbridge College",
        "url": "https://college.example",
        "identifier": [{"@type": "PropertyValue", "propertyID": "UKPRN", "value": "10004695"}, "NEWBRIDGE"],
    }
    [listing] = read(
        document(course(provider={"@id": college["@id"]}), college, {"@type": "WebSite"}), Format.SCHEMA_ORG
    ).providers
    assert (listing.identifier, listing.ukprn, listing.name) == ("NEWBRIDGE", "10004695", "Newbridge College")
    assert listing.website == "https://college.example"


@pytest.mark.parametrize(
    "context",
    [
        None,
        "https://evil.example/context.jsonld",
        ["https://schema.org", "https://evil.example/context.jsonld"],
        {"@vocab": "https://schema.org/", "name": "https://evil.example/name"},
        {"@import": "https://schema.org"},
        7,
    ],
)
def test_no_other_context_is_read_and_none_is_ever_fetched(context, monkeypatch):
    monkeypatch.setattr(socket, "socket", None)
    told = refused(document(course(run()), context=context))
    assert "the @context of /@graph/0 (line " in told
    assert "is not “https://schema.org”, and no other is read" in told


def test_what_cannot_be_taken_is_a_problem_with_its_line_and_place():
    content = document(course(run(startDate="soon"), {}, "no object"), course(run(), identifier=None))
    [listing] = read(content, Format.SCHEMA_ORG).providers
    second_line = content[: content.rindex(b'"@type": "Course"')].count(b"\n")
    told = [(problem.line, problem.identifier, problem.refusal.code) for problem in listing.problems]
    assert told == [
        (4, "R1", "run_without_start"),
        (4, "/@graph/0/hasCourseInstance/1", "run_without_identifier"),
        (4, "/@graph/0/hasCourseInstance/2", "part_wrong"),
        (second_line, "Computing", "course_without_identifier"),
    ]


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b'{"@context": "https://schema.org",\n"@graph": [{"a": 1, "a": 2}]}', "line 2 in /@graph/0: the key “a”"),
        (b'{"@context": 1, "@context": 2}', "the key “@context” is there twice"),
        (b'{"@graph": [], "@graph": []}', "the key “@graph” is there twice"),
        (b'{"@graph": [\n{"price": NaN}]}', "line 2 in /@graph/0: NaN is not a number"),
        (b'[{"price": -Infinity}]', "-Infinity is not a number"),
        (b'[{"price": 1' + b"0" * 5000 + b"}]", "in /0: a number has more than 30 digits"),
        (b'[{"price": 1e999999999}]', "a number has more than 30 digits"),
        (b"[{}", "line 1 in /0: “,” is missing"),
        (b"[{},]", "a comma is followed by nothing"),
        (b"[{}] []", "something follows after the end"),
        (b'{"a"}', "“:” is missing"),
        (b"{7: 1}", "a key is no text"),
        (b'["\n"]', "Invalid control character"),
        (b"[1]", "/0 (line 1) is no object"),
        (b"[]", "there is no Course in it"),
        (b'{"@type": "Recipe"}', "there is no Course in it"),
        (b'[{"name": "caf\xe9"}]', "line 1 cannot be read so"),
        (b"[" * 100_000, "nested more than 64 deep"),
        (b'[{"a":' + b"[" * 100 + b"]" * 100 + b"}]", "nested more than 64 deep"),
        (b"[" + b"[]," * 1_000_000 + b"[]]", "more than 2000000 parts"),
    ],
    ids=lambda value: None if isinstance(value, bytes) else value[:40],
)
def test_json_that_is_broken_or_out_to_harm_is_refused_with_the_place(content, sentence):
    told = refused(content)
    assert sentence in told
    assert "Nothing was imported" in told


@pytest.mark.django_db
def test_courses_without_a_provider_are_those_of_whoever_sends_them(actor):
    content = document(course(run(), provider=None))
    mine = ProviderFactory()
    told = import_feed(BytesIO(content), source_name="site", actor=actor, provider=mine)
    assert (told.format, told.provider) == ("schema_org", mine)
    assert told.tally() == {("provider", "unchanged"): 1, ("course", "created"): 1, ("run", "created"): 1}
    with pytest.raises(errors.FeedWithoutProvider):
        import_feed(BytesIO(content), source_name="site", actor=actor)


@pytest.mark.django_db
def test_importing_again_changes_nothing(actor):
    content = document(course(run(offers={"price": 10}, location="Main Campus")))
    first, again = (import_feed(BytesIO(content), source_name="site", actor=actor) for _ in range(2))
    assert first.created == 3
    assert again.tally() == {("provider", "unchanged"): 1, ("course", "unchanged"): 1, ("run", "unchanged"): 1}
