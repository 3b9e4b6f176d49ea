"""Feeds as a whole: taken all or not at all, found out, hostile in every format, and never half done."""

import resource
from io import BytesIO

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from ledger.models import Event
from providers import errors
from providers.feeds.formats import Format, detect, read
from providers.importing import carry_out, import_feed, receive
from providers.models import Course, CourseRun, FeedImport, FeedLine, Provider
from tests.providers import test_csv, test_lheo, test_schema_org
from tests.providers.feed_writing import HEAD, catalog, course, presentation, provider, small_feed, stream

XCRI = small_feed().read()
LHEO = test_lheo.lheo(test_lheo.formation(test_lheo.action(test_lheo.session())))
SCHEMA_ORG = test_schema_org.document(test_schema_org.course(test_schema_org.run(offers={"price": 84})))
CSV = test_csv.EXAMPLE.read_bytes()
ONE_OF_EACH = {Format.XCRI: XCRI, Format.LHEO: LHEO, Format.SCHEMA_ORG: SCHEMA_ORG, Format.CSV: CSV}


def everything():
    models = (Provider, Course, CourseRun)
    return [list(model.objects.order_by("pk").values()) for model in models]


@pytest.fixture
def partly_wrong():
    return catalog(provider(course(presentation(cost="1"), presentation("R2", start="soon"), presentation(""))))


@pytest.mark.django_db
def test_a_whole_feed_with_refused_lines_changes_nothing_and_reports_every_one_of_them(actor, partly_wrong):
    import_feed(small_feed(), source_name="feed", actor=actor)
    before = everything()
    told = import_feed(stream(partly_wrong), source_name="feed", actor=actor, whole=True)
    told.refresh_from_db()
    assert (told.state, told.refusal_code, told.refused, told.whole) == ("refused", "feed_not_whole", 2, True)
    assert (told.created, told.changed, told.unchanged, told.withdrawn) == (0, 0, 0, 0)
    assert told.refusal.startswith("Of 5 providers, courses and runs in the feed 2 cannot be taken")
    assert [(line.identifier, line.outcome, line.line) for line in told.lines.all()] == [
        ("R2", "refused", 5),
        ("", "refused", 6),
    ]
    assert all(told.lines.values_list("reason", flat=True))
    assert everything() == before
    assert Event.objects.filter(kind="feed.refused").get().data == {"refusal": "feed_not_whole"}


@pytest.mark.django_db
def test_a_whole_feed_of_a_new_provider_registers_nobody(actor, partly_wrong):
    import_feed(stream(partly_wrong), source_name="feed", actor=actor, whole=True)
    assert everything() == [[], [], []]
    assert not Event.objects.filter(kind="provider.registered").exists()


@pytest.mark.django_db
def test_the_same_feed_in_part_takes_what_can_be_taken(actor, partly_wrong):
    told = import_feed(stream(partly_wrong), source_name="feed", actor=actor)
    assert (told.state, told.created, told.refused) == ("imported", 3, 2)


@pytest.mark.django_db
def test_a_whole_feed_with_nothing_wrong_is_taken(actor):
    told = import_feed(small_feed(), source_name="feed", actor=actor, whole=True)
    assert (told.state, told.created, told.whole) == ("imported", 3, True)


@pytest.mark.django_db
def test_a_received_feed_is_taken_as_it_was_asked_for(actor, partly_wrong):
    whole = receive(partly_wrong.encode(), source_name="feed", actor=actor, whole=True)
    assert (whole.format, carry_out(whole.id).state) == ("", "refused")
    whole.refresh_from_db()
    assert (whole.format, whole.refused, whole.lines.count(), Course.objects.count()) == ("xcri_cap", 2, 2, 0)
    forced = receive(CSV, source_name="feed", actor=actor, format=Format.LHEO)
    assert (forced.format, carry_out(forced.id).refusal_code) == ("lheo", "feed_not_xml")


@pytest.mark.django_db
@pytest.mark.parametrize("format", ONE_OF_EACH)
def test_every_format_is_found_out_and_importing_again_changes_nothing(actor, format):
    assert detect(ONE_OF_EACH[format]) == format
    first, again = (import_feed(BytesIO(ONE_OF_EACH[format]), source_name="f", actor=actor) for _ in range(2))
    assert (first.format, first.created, first.refused) == (format, first.lines.count(), 0)
    assert (again.unchanged, again.lines.count()) == (first.created, first.created)


@pytest.mark.django_db
def test_a_course_in_two_formats_is_one(actor):
    import_feed(BytesIO(XCRI), source_name="college.xml", actor=actor)
    told = import_feed(BytesIO(SCHEMA_ORG), source_name="college.jsonld", actor=actor)
    assert told.tally() == {("provider", "unchanged"): 1, ("course", "unchanged"): 1, ("run", "unchanged"): 1}
    assert (Provider.objects.count(), Course.objects.count(), CourseRun.objects.count()) == (1, 1, 1)


@pytest.mark.django_db
def test_a_course_under_two_identifiers_is_taken_and_said_to_look_like_the_other(actor):
    def taught(identifier, title, start="2027-09-06"):
        return course(presentation(start=start), identifier=identifier, title=title)

    courses = (taught("C1", "Computing"), taught("C2", "COMPUTING"), taught("C3", "Computing", "2027-09-07"))
    told = import_feed(stream(catalog(provider(*courses, course(identifier="C4")))), source_name="f", actor=actor)
    assert (told.created, told.refused) == (8, 0)
    [said] = told.lines.exclude(reason="")
    assert (said.identifier, said.outcome) == ("C2", "created")
    assert said.reason.startswith("It looks like the course “C1”: the same title, the same dates and the same venue.")


@pytest.mark.parametrize(
    ("content", "beginning"),
    [
        (b"", ""),
        (b"Hello\nthere", "Hello there"),
        (b"<html><body>Not found</body></html>", "<html><body>Not found</body></html>"),
        (b"%PDF-1.7", "%PDF-1.7"),
        (b"name,price\nx,1", "name,price x,1"),
        (b"<!-- begins -->" * 100, ""),
    ],
)
def test_what_is_no_feed_is_refused_by_how_it_begins(content, beginning):
    with pytest.raises(errors.FeedFormatUnknown) as told:
        detect(content)
    assert told.value.facts["beginning"] == beginning


@pytest.mark.parametrize("root", ["catalog", "lheo"])
@pytest.mark.parametrize("before", ["", "<!-- x -->\n", "<?x y?> "])
def test_a_document_type_is_refused_in_every_format(root, before):
    declared = f'{before}<!DOCTYPE {root} [<!ENTITY x SYSTEM "file:///etc/passwd">]><{root}>&x;</{root}>'.encode()
    with pytest.raises(errors.FeedUnsafe):
        detect(declared)
    with pytest.raises(errors.FeedUnsafe):
        read(declared, Format.XCRI if root == "catalog" else Format.LHEO)


def many_attributes():
    names = " ".join(f'a{number}=""' for number in range(1_000_000))
    return catalog(provider(course(presentation()))).replace("<course>", f"<course {names}>").encode()


@pytest.mark.parametrize(
    ("content", "codes"),
    [
        (lambda: HEAD.encode() + b"<a/>" * 600_000 + b"</catalog>", {"feed_too_many_parts"}),
        (many_attributes, {"", "feed_not_xml"}),
        (lambda: b"[" + b"{}," * 1_000_000 + b"{}]", {"feed_too_many_parts"}),
        (lambda: test_csv.table(*[","] * 200_000), {"feed_too_many_parts"}),
        (lambda: catalog(provider(course(title="x" * 12_000_000))).encode(), {"", "feed_not_xml"}),
        (lambda: b"<" * 1_000_000, {"feed_format_unknown"}),
        (lambda: b"<!--" * 1_000_000, {"feed_format_unknown"}),
        (lambda: b" " * 10_000_000, {"feed_format_unknown"}),
    ],
    ids=["elements", "attributes", "objects", "rows", "title", "brackets", "comments", "spaces"],
)
def test_what_is_huge_is_refused_or_read_in_bounded_memory(content, codes):
    made = content()
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    refusal = refusal_of(lambda feed: read(feed, detect(feed)), made)
    assert (refusal.code if refusal else "") in codes
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 1_200_000


def refusal_of(work, content, *further):
    """What a reader says no with; None where it reads. Anything else that it raises fails the test."""
    try:
        work(content, *further)
    except errors.FeedRefusal as refusal:
        return refusal
    return None


def is_read_or_refused(content):
    told = [refusal_of(detect, content), *(refusal_of(read, content, format) for format in Format)]
    assert all("Nothing was imported" in str(refusal) for refusal in told if refusal)


@settings(max_examples=150, deadline=None)
@given(st.binary(max_size=400))
@example(b"\xff\xfe\x00\x00")
@example("<catalog/>".encode("utf-16-le"))
@example('[{"@type": "Course", "@context": "https://schema.org"}]'.encode("utf-16-be"))
@example(b'{"@graph": [{"@type": ["Course", 7, null], "name": {"@value": 1}, "identifier": [[]]}]}')
def test_any_bytes_are_a_feed_or_a_refusal(content):
    is_read_or_refused(content)


@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.sampled_from(sorted(ONE_OF_EACH)), st.data())
def test_a_feed_with_anything_changed_in_it_is_a_feed_or_a_refusal(format, data):
    content = bytearray(ONE_OF_EACH[format])
    for _ in range(data.draw(st.integers(1, 4))):
        at, length = data.draw(st.integers(0, len(content))), data.draw(st.integers(0, 20))
        content[at : at + length] = data.draw(st.binary(max_size=12))
    is_read_or_refused(bytes(content))


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(max_size=8),
    lambda each: (
        st.lists(each, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                [
                    "@id",
                    "@type",
                    "name",
                    "identifier",
                    "value",
                    "offers",
                    "price",
                    "priceCurrency",
                    "location",
                    "address",
                    "startDate",
                    "endDate",
                    "courseSchedule",
                    "hasCourseInstance",
                    "addOn",
                    "courseMode",
                ]
            ),
            each,
            max_size=4,
        )
    ),
    max_leaves=20,
)


@settings(max_examples=200, deadline=None)
@given(st.dictionaries(st.sampled_from(["provider", "offers", "hasCourseInstance", "identifier", "name"]), json_values))
def test_a_course_with_anything_in_its_parts_is_a_feed_or_a_refusal(parts):
    told = test_schema_org.course(test_schema_org.run()) | parts
    is_read_or_refused(test_schema_org.document(told))


@pytest.mark.django_db
@pytest.mark.parametrize(
    "content", [XCRI[:-9], LHEO[:-9], SCHEMA_ORG[:-9], CSV[:-2] + b'"', XCRI.replace(b"R1", b"\0")]
)
def test_a_broken_feed_leaves_nothing_half_done(actor, content):
    told = receive(content, source_name="feed", actor=actor)
    assert carry_out(told.id).state == "refused"
    assert everything() == [[], [], []]
    assert not FeedLine.objects.exists()
    assert "Nothing was imported" in FeedImport.objects.get().refusal
