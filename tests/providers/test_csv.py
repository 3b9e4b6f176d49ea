"""The reader of tables, on what spreadsheets save and on what people type into them."""

from datetime import date
from io import BytesIO
from pathlib import Path

import pytest

from providers import errors
from providers.feeds.formats import Format, detect, read
from providers.importing import import_feed
from providers.listings import ExtraListing, Price, VenueListing
from providers.models import Course, CourseRun
from tests.factories.providers import ProviderFactory

EXAMPLE = Path(__file__).parents[2] / "docs" / "feeds" / "courses.csv"
HEAD = "course_identifier,course_title,run_identifier,starts_on,ends_on"
RUN = "C1,Computing,R1,2027-09-06,2028-06-30"


def table(*rows, head=HEAD):
    return "\r\n".join((head, *rows)).encode()


def taken(content):
    [listing] = read(content, Format.CSV).providers
    return listing


def only_run(cells="", columns=""):
    [run] = taken(table(RUN + cells, head=HEAD + columns)).runs
    return run


def test_the_documented_example_is_read():
    content = EXAMPLE.read_bytes()
    assert detect(content) == Format.CSV
    listing = taken(content)
    assert (listing.identifier, listing.ukprn, listing.name) == ("NEWBRIDGE", "10004695", "Newbridge College")
    assert listing.problems == []
    cooking, bookkeeping = listing.courses
    assert (cooking.title, cooking.level, bookkeeping.level) == ("Cooking, for beginners", 1, 3)
    assert cooking.description == "Ten evenings in our kitchen.\nBring an apron."
    autumn, spring, online = listing.runs
    assert [run.line for run in listing.runs] == [2, 3, 4]
    assert (autumn.price, autumn.hours, autumn.places, autumn.apply_until) == (
        Price.of(84_00),
        20,
        12,
        date(2027, 9, 5),
    )
    assert autumn.venue == VenueListing("Main Campus", "1 High Street", "Newbridge", "NB1 1AA")
    assert (autumn.mode, autumn.pattern, autumn.attendance_text) == ("classroom", "evening", "Mondays 18:30 to 20:30")
    assert autumn.extras == (
        ExtraListing("exam", "Food safety exam", 25_00),
        ExtraListing("equipment", "Knives", 18_50),
    )
    assert (spring.starts_on, spring.extras) == (date(2028, 1, 10), ())
    assert (online.price, online.mode, online.venue) == (Price.on_request("To be advised"), "online", None)


@pytest.mark.django_db
def test_the_documented_example_is_imported_and_importing_it_again_changes_nothing(actor):
    first, again = (import_feed(BytesIO(EXAMPLE.read_bytes()), source_name="table", actor=actor) for _ in range(2))
    assert first.tally() == {("provider", "created"): 1, ("course", "created"): 2, ("run", "created"): 3}
    assert again.tally() == {("provider", "unchanged"): 1, ("course", "unchanged"): 2, ("run", "unchanged"): 3}


@pytest.mark.django_db
def test_a_table_that_does_not_say_whose_it_is_is_of_whoever_sends_it(actor):
    mine = ProviderFactory()
    import_feed(BytesIO(table(RUN)), source_name="table", actor=actor, provider=mine)
    assert CourseRun.objects.get().course.provider == mine
    with pytest.raises(errors.FeedWithoutProvider, match="does not say whose courses it lists"):
        import_feed(BytesIO(table(RUN)), source_name="table", actor=actor)
    theirs = table(f"OTHER,{RUN}", head=f"provider_identifier,{HEAD}")
    with pytest.raises(errors.FeedOfAnotherProvider):
        import_feed(BytesIO(theirs), source_name="table", actor=actor, provider=mine)
    assert Course.objects.count() == 1


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize(
    ("encoding", "end"),
    [("utf-8", "\n"), ("utf-8-sig", "\r\n"), ("utf-16", "\r\n"), ("cp1252", "\r\n"), ("utf-8", "\r")],
)
def test_tables_are_read_as_every_spreadsheet_saves_them(delimiter, encoding, end):
    rows = ("C1", '"Café, très; bon\t!"', "R1", "06/09/2027", "30.06.2028")
    content = end.join((HEAD.replace(",", delimiter), delimiter.join(rows), "")).encode(encoding)
    assert detect(content) == Format.CSV
    listing = taken(content)
    assert listing.courses[0].title == "Café, très; bon !"
    assert (listing.runs[0].starts_on, listing.runs[0].ends_on) == (date(2027, 9, 6), date(2028, 6, 30))


def test_rows_are_numbered_as_a_spreadsheet_shows_them():
    content = table(
        'C1,"Two\nlines",R1,2027-09-06,2028-06-30', "", ",,,,", "C2,Pottery,R1,soon,2028-06-30", "C3,,R1,2027-09-06,"
    )
    told = [(problem.line, problem.refusal.code) for problem in taken(content).problems]
    assert told == [(5, "run_without_start"), (6, "course_without_title")]


@pytest.mark.parametrize(
    ("head", "sentence"),
    [
        (HEAD + ",price_in_pounds", "“price_in_pounds” is none of them"),
        (HEAD + ",title", "course_title is there twice"),
        ("course_identifier,course_title", "run_identifier, starts_on, ends_on is missing"),
        ("", "course_identifier, course_title, run_identifier, starts_on, ends_on is missing"),
    ],
)
def test_columns_that_are_not_known_are_refused_and_the_known_ones_named(head, sentence):
    with pytest.raises(errors.FeedColumnsWrong) as told:
        read(table(RUN, head=head), Format.CSV)
    assert sentence in str(told.value)
    assert "The columns that we know are: provider_identifier, provider_ukprn" in str(told.value)


def test_columns_may_be_called_as_people_call_them():
    content = table(RUN + ",84", head="Course ID,Title,Run-ID,Start date,End date,Cost")
    assert taken(content).runs[0].price == Price.of(84_00)


@pytest.mark.parametrize(
    ("cells", "columns", "code"),
    [
        (",a lot", ",places", "cell_wrong"),
        (",thirty", ",hours", "cell_wrong"),
        (",soon", ",apply_until", "cell_wrong"),
        (",12,doubloons", ",price,currency", "cell_wrong"),
        (",exam", ",extras", "cell_wrong"),
        (",exam: Certificate: much", ",extras", "cell_wrong"),
        (",22345678", ",provider_ukprn", "ukprn_wrong"),
        (",stray", "", "row_too_long"),
    ],
)
def test_a_cell_that_cannot_be_read_refuses_its_row(cells, columns, code):
    listing = taken(table(RUN + cells, head=HEAD + columns))
    [problem] = listing.problems
    assert (problem.refusal.code, problem.line, listing.runs) == (code, 2, [])


@pytest.mark.parametrize(
    ("price", "currency", "told"),
    [
        ("84.00", "", Price.of(84_00)),
        ("£1234.50", "GBP", Price.of(1234_50)),
        ('"1 234,50"', "eur", Price.of(1234_50, "EUR")),
        ("€84", "", Price.of(84_00, "EUR")),
        ("Ask us", "EUR", Price.on_request("Ask us", "EUR")),
        ("free", "", Price.of(0)),
        ("", "", Price.on_request()),
    ],
)
def test_only_a_single_amount_is_a_price(price, currency, told):
    assert only_run(f",{price},{currency}", ",price,currency").price == told


def test_rows_of_one_course_may_not_disagree_about_it():
    listing = taken(table(RUN, "C1,,R2,2027-09-06,2028-06-30", "C1,Pottery,R3,2027-09-06,2028-06-30"))
    assert [run.identifier for run in listing.runs] == ["R1", "R2"]
    [problem] = listing.problems
    assert (problem.line, problem.identifier, problem.course) == (4, "R3", "C1")
    assert str(problem.refusal).startswith("The course “C1” has another course_title here than in row 2.")


def test_a_row_without_a_run_is_a_course_alone():
    listing = taken(table("C1,Computing,,,"))
    assert ([course.identifier for course in listing.courses], listing.runs, listing.problems) == (["C1"], [], [])


def test_a_formula_is_kept_as_the_words_it_is():
    assert taken(table('C1,"=HYPERLINK(""http://evil.example"")",R1,2027-09-06,2028-06-30')).courses[0].title == (
        '=HYPERLINK("http://evil.example")'
    )


@pytest.mark.parametrize(
    ("rows", "row"), [(['C1,"Computing,R1'], 2), (['C1,"Comp"uting,R1,2027-09-06,2028-06-30'], 2), (["x" * 200_000], 2)]
)
def test_a_table_that_breaks_off_is_refused_with_its_row(rows, row):
    with pytest.raises(errors.FeedNotCsv, match=f"Reading stopped at row {row}") as told:
        read(table(*rows), Format.CSV)
    assert "Nothing was imported" in str(told.value)


def test_a_table_without_end_is_refused():
    with pytest.raises(errors.FeedTooManyParts):
        read(table(*["x"] * 100_001), Format.CSV)
