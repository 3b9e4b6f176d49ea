"""The XCRI-CAP 1.2 reader, on feeds as they should be, as they are, and as an attacker makes them."""

import codecs
from collections import Counter
from datetime import date
from io import BytesIO
from pathlib import Path

import pytest

from providers import errors
from providers.feeds.formats import Format
from providers.feeds.formats import read as read_feed
from providers.listings import Price, VenueListing
from tests.providers.feed_writing import HEAD, catalog, course, presentation, provider, small_feed, stream

REAL_FEEDS = Path(__file__).parents[2].parent / "shared" / "data" / "xcri"
needs_real_feeds = pytest.mark.skipif(
    not REAL_FEEDS.is_dir(), reason="the colleges' real feeds are not beside this repository"
)


def read_xcri(source):
    return read_feed(source, Format.XCRI)


def only_run(feed):
    [listing] = feed.providers
    [run] = listing.runs
    return run


def read(*courses, **particulars):
    [listing] = read_xcri(stream(catalog(provider(*courses, **particulars)))).providers
    return listing


@needs_real_feeds
def test_a_colleges_whole_feed_is_read():
    with (REAL_FEEDS / "adam-smith-college.xml").open("rb") as feed:
        [listing] = read_xcri(feed).providers
    assert (listing.name, listing.identifier, listing.ukprn) == ("Adam Smith College", "1304A08UN1", "")
    assert (len(listing.courses), len(listing.runs), listing.problems) == (334, 791, [])
    assert Counter(run.price.pricing for run in listing.runs) == {"free": 378, "priced": 275, "on_request": 138}


@needs_real_feeds
def test_a_feed_in_namespaces_that_are_not_the_standards_is_refused_with_the_line_that_shows_it():
    with (
        (REAL_FEEDS / "invalid-north-lindsey.xml").open("rb") as feed,
        pytest.raises(errors.FeedBreaksStandard) as told,
    ):
        read_xcri(feed)
    assert "no dc:identifier (the one at line 15 is in the namespace “http://purl.org/dc/elements/1.1”" in str(
        told.value
    )


def test_a_run_is_read_with_dates_price_and_place():
    venue = (
        "<venue><provider><dc:title>Main Campus</dc:title><mlo:location><mlo:street>1 High Street</mlo:street>"
        "<mlo:town>Newbridge</mlo:town><mlo:postcode>nb1 1aa</mlo:postcode></mlo:location></provider></venue>"
    )
    run = only_run(read_xcri(small_feed(more=venue + "<mlo:places>12</mlo:places><applyUntil>2027-08-31</applyUntil>")))
    assert (run.course, run.identifier) == ("C1", "R1")
    assert (run.starts_on, run.ends_on, run.apply_until) == (date(2027, 9, 6), date(2028, 6, 30), date(2027, 8, 31))
    assert (run.price, run.places) == (Price.of(84_00), 12)
    assert run.venue == VenueListing("Main Campus", "1 High Street", "Newbridge", "NB1 1AA")


def test_the_provider_of_a_venue_is_not_taken_for_a_provider_of_the_feed():
    venue = "<venue><provider><dc:identifier>V</dc:identifier><dc:title>Campus</dc:title></provider></venue>"
    [listing] = read_xcri(small_feed(more=venue)).providers
    assert listing.identifier == "NEWBRIDGE"


def test_a_ukprn_is_found_among_the_identifiers():
    ukprn = '<dc:identifier xmlns:u="http://www.ukrlp.co.uk" xsi:type="u:ukprn">10004695</dc:identifier>'
    listing = read(course(), more=ukprn)
    assert (listing.ukprn, listing.identifier) == ("10004695", "NEWBRIDGE")


def test_descriptions_lose_their_markup_and_keep_their_paragraphs():
    described = (
        '<dc:description xsi:type="topic"><x:div><x:p>Topics</x:p></x:div></dc:description>'
        "<dc:description><x:div><x:p>First\N{NO-BREAK SPACE}part</x:p><x:script>alert(1)</x:script>"
        "<x:p>Second</x:p></x:div>"
        "</dc:description><abstract>Short</abstract><dc:subject>IT</dc:subject><dc:subject>IT</dc:subject>"
        "<mlo:url>javascript:alert(1)</mlo:url>"
    )
    [listed] = read(course(more=described)).courses
    assert listed.description == "First part\nSecond\nTopics"
    assert (listed.summary, listed.keywords, listed.url) == ("Short", "IT", "")


def test_a_hostile_title_is_kept_as_the_text_it_is():
    [listed] = read(course(title="Robert'); DROP TABLE courses;-- &amp; {evil} %s")).courses
    assert listed.title == "Robert'); DROP TABLE courses;-- & {evil} %s"


@pytest.mark.parametrize(
    ("level", "number"),
    [("Level 3", 3), ("3", 3), ("Entry Level", 0), ("Higher", None), ("Level 2 and 3", None), ("210", None)],
)
def test_a_level_is_read_only_where_one_is_named(level, number):
    [listed] = read(course(more=f"<mlo:level>{level}</mlo:level>")).courses
    assert listed.level == number


@pytest.mark.parametrize(
    ("said", "mode", "pattern"),
    [
        (
            '<attendanceMode identifier="ON">Online</attendanceMode><attendancePattern identifier="EV"/>',
            "online",
            "evening",
        ),
        ('<attendanceMode identifier="WB">Work</attendanceMode>', "workplace", ""),
        ("<attendanceMode>Block Release</attendanceMode><studyMode>Block Release</studyMode>", "classroom", "block"),
        ("<attendanceMode>Part Time Day</attendanceMode>", "classroom", "daytime"),
        ("<attendanceMode>Flexible</attendanceMode><studyMode>Distance Learning</studyMode>", "distance", "flexible"),
        ("<studyMode>Twilight and / or Evening / or Weekends</studyMode>", "classroom", "evening"),
        ("", "classroom", ""),
    ],
)
def test_attendance_is_read_from_codes_and_from_words(said, mode, pattern):
    run = only_run(read_xcri(small_feed(more=said)))
    assert (run.mode, run.pattern) == (mode, pattern)


def test_machine_readable_dates_go_before_the_words_beside_them():
    dated = (
        "<presentation><dc:identifier>R1</dc:identifier><mlo:start dtf='2027-09-06'>September</mlo:start>"
        "<end dtf='2028-06-30'>June</end></presentation>"
    )
    run = only_run(read_xcri(stream(catalog(provider(course(dated))))))
    assert (run.starts_on, run.ends_on) == (date(2027, 9, 6), date(2028, 6, 30))


def test_a_run_without_an_end_ends_with_its_duration():
    run = (
        "<presentation><dc:identifier>R1</dc:identifier><mlo:start>2027-09-06</mlo:start>"
        "<mlo:duration interval='P10W'>Ten weeks</mlo:duration></presentation>"
    )
    assert only_run(read_xcri(stream(catalog(provider(course(run)))))).ends_on == date(2027, 11, 14)


@pytest.mark.parametrize(
    ("run", "code"),
    [
        (presentation(identifier=""), "run_without_identifier"),
        (presentation(start="to be confirmed"), "run_without_start"),
        (presentation(end="Summer"), "run_without_end"),
    ],
)
def test_a_run_that_cannot_be_taken_is_a_problem_with_its_line_and_the_others_are_read(run, code):
    listing = read(course(run, presentation(identifier="R2")))
    [problem] = listing.problems
    assert (problem.refusal.code, problem.line) == (code, 4)
    assert [taken.identifier for taken in listing.runs] == ["R2"]


def test_a_course_without_identifier_is_a_problem_with_its_line_and_the_others_are_read():
    listing = read(course(presentation(), identifier="", title="Pottery"), course(presentation(), identifier="C2"))
    [problem] = listing.problems
    assert (problem.line, problem.identifier) == (3, "Pottery")
    assert str(problem.refusal).startswith("The course “Pottery” has no identifier")
    assert [(taken.identifier) for taken in listing.courses] == ["C2"]
    assert [(taken.course) for taken in listing.runs] == ["C2"]


def test_elements_are_found_in_any_of_the_standards_namespaces():
    feed = (
        catalog(provider(course(presentation())))
        .replace("mlo:start", "start")
        .replace("<end>", "<mlo:end>")
        .replace("</end>", "</mlo:end>")
    )
    assert only_run(read_xcri(stream(feed))).starts_on == date(2027, 9, 6)


@pytest.mark.parametrize(
    ("declared", "encoding", "mark"),
    [
        ("", "utf-8", codecs.BOM_UTF8),
        ("<?xml version='1.0' encoding='ISO-8859-1'?>", "iso-8859-1", b""),
        ("<?xml version='1.0' encoding='windows-1252'?>", "windows-1252", b""),
        ("<?xml version='1.0' encoding='UTF-16'?>", "utf-16", b""),
    ],
)
def test_encodings_are_read_as_declared(declared, encoding, mark):
    feed = declared + catalog(provider(course(title="Café £ français")))
    [listing] = read_xcri(BytesIO(mark + feed.encode(encoding))).providers
    assert listing.courses[0].title == "Café £ français"


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"   ",
        b"not xml at all",
        b'{"json": true}',
        b"\x00\x01\x02\xff",
        b"%PDF-1.7",
        HEAD.encode(),
    ],
)
def test_what_is_not_xml_is_refused(body):
    with pytest.raises((errors.FeedNotXml, errors.FeedNotText)):
        read_xcri(BytesIO(body))


def test_a_feed_that_breaks_off_is_refused_with_the_line():
    whole = catalog(provider(course(presentation())))
    with pytest.raises(errors.FeedNotXml, match="Reading stopped at line 4"):
        read_xcri(stream(whole[: whole.index("</presentation>")]))


@pytest.mark.parametrize(
    "feed",
    [
        "<html><body>Not found</body></html>",
        "<catalog><provider/></catalog>",
        catalog(),
        catalog(provider(identifier="")),
        catalog(provider(name="")),
    ],
)
def test_a_document_that_is_no_feed_of_any_provider_breaks_the_standard(feed):
    with pytest.raises(errors.FeedBreaksStandard, match="Nothing was imported"):
        read_xcri(stream(feed))


LAUGHS = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))


@pytest.mark.parametrize(
    ("declared", "title"),
    [
        (f'<!DOCTYPE catalog [<!ENTITY l0 "lol">{LAUGHS}]>', "&l9;"),
        ('<!DOCTYPE catalog [<!ENTITY x SYSTEM "file:///etc/passwd">]>', "&x;"),
        ('<!DOCTYPE catalog [<!ENTITY x SYSTEM "http://127.0.0.1:1/x">]>', "&x;"),
        ('<!DOCTYPE catalog [<!ENTITY % x SYSTEM "file:///etc/passwd"> %x;]>', "Computing"),
        ('<!DOCTYPE catalog SYSTEM "http://127.0.0.1:1/x.dtd">', "Computing"),
        ("<!DOCTYPE catalog>", "Computing"),
        (f'<!DOCTYPE catalog [<!ENTITY q "{"q" * 60_000}">]>', "&q;" * 2_000),
    ],
)
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_a_document_type_is_refused_whatever_it_declares(declared, title, encoding):
    with pytest.raises(errors.FeedUnsafe):
        read_xcri(stream(declared + catalog(provider(course(title=title))), encoding))


def test_entities_in_an_attribute_are_refused_as_well():
    laughing = f'<!DOCTYPE catalog [<!ENTITY l0 "lol">{LAUGHS}]>' + catalog(provider()).replace("NEWBRIDGE", "")
    with pytest.raises(errors.FeedUnsafe):
        read_xcri(stream(laughing.replace('generated="', 'generated="&l9;')))


@pytest.mark.parametrize("depth", [80, 300, 100_000])
def test_a_feed_that_is_nested_too_deep_is_refused(depth):
    with pytest.raises(errors.FeedTooDeep):
        read_xcri(
            stream(
                catalog(
                    provider(course(more="<dc:description>" + "<x:b>" * depth + "</x:b>" * depth + "</dc:description>"))
                )
            )
        )


def test_a_feed_that_never_ends_is_refused_by_its_size():
    class Endless:
        begun = False

        def read(self, size):
            begun, self.begun = self.begun, True
            return b"<!-- and so on -->" * 1000 if begun else HEAD.encode()

    with pytest.raises(errors.FeedTooLarge) as told:
        read_xcri(Endless())
    assert told.value.status == 413
