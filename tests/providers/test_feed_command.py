from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from providers.models import Course, FeedImport
from tests.factories.providers import ProviderFactory
from tests.providers import test_csv
from tests.providers.feed_writing import catalog, course, presentation, provider, small_feed, stream

pytestmark = pytest.mark.django_db


@pytest.fixture
def feed_file(tmp_path):
    path = tmp_path / "college.xml"
    path.write_bytes(small_feed().read())
    return path


def printed(*arguments):
    out = StringIO()
    call_command("feed", "import", *map(str, arguments), stdout=out)
    return out.getvalue()


def test_a_feed_is_imported_by_hand_and_reported(feed_file):
    feed = stream(catalog(provider(course(presentation(), presentation(identifier="")))))
    feed_file.write_bytes(feed.read())
    told = printed(feed_file).splitlines()
    assert told[:3] == ["providers: 1 created", "courses: 1 created", "runs: 1 created, 1 refused"]
    assert told[3].startswith("  line 5, run  refused: A presentation of the course “C1” has no identifier")
    assert FeedImport.objects.get().source_name == "college.xml"


def test_a_dry_run_reports_and_changes_nothing(feed_file):
    assert "courses: 1 created" in printed(feed_file, "--dry-run")
    assert (Course.objects.count(), FeedImport.objects.count()) == (0, 0)


def test_a_feed_that_is_refused_ends_the_command_with_the_reason(feed_file):
    feed_file.write_text("<html/>")
    with pytest.raises(CommandError, match="no feed in a format that we read: it begins with “<html/>”"):
        printed(feed_file)


def test_the_provider_it_must_be_of_is_named_by_its_number(feed_file):
    ProviderFactory(ukprn="10004695", identifier="NEWBRIDGE")
    ProviderFactory(ukprn="10004696", identifier="OTHER")
    assert "providers: 1 unchanged" in printed(feed_file, "--provider", "10004695")
    with pytest.raises(CommandError, match="not that of"):
        printed(feed_file, "--provider", "OTHER")
    with pytest.raises(CommandError, match="No provider has"):
        printed(feed_file, "--provider", "10009999")


def test_a_file_that_is_not_there_is_said_so(tmp_path):
    with pytest.raises(CommandError, match="No such file"):
        printed(tmp_path / "none.xml")


def test_the_format_is_found_out_or_said(tmp_path):
    table = tmp_path / "courses.csv"
    table.write_bytes(test_csv.EXAMPLE.read_bytes())
    assert "runs: 3 created" in printed(table)
    assert "runs: 3 unchanged" in printed(table, "--format", "csv")
    assert list(FeedImport.objects.values_list("format", flat=True)) == ["csv", "csv"]
    with pytest.raises(CommandError, match="not well-formed XML"):
        printed(table, "--format", "xcri_cap")


def test_a_feed_that_is_wanted_whole_ends_the_command_and_keeps_its_report(feed_file):
    feed_file.write_bytes(stream(catalog(provider(course(presentation(), presentation(identifier=""))))).read())
    with pytest.raises(CommandError, match="whole or not at all"):
        printed(feed_file, "--whole")
    told = FeedImport.objects.get()
    assert (told.state, told.refused, told.lines.count(), Course.objects.count()) == ("refused", 1, 1, 0)
    assert "runs: 1 created, 1 refused" in printed(feed_file)
