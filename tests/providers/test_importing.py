from datetime import date, timedelta
from io import BytesIO

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from ledger import now
from ledger.models import Event
from providers import errors
from providers.categorising import categorise
from providers.importing import carry_out, import_feed, receive
from providers.models import Course, CourseRun, FeedBody, FeedImport, FeedLine, Provider
from providers.registering import Because, Reason, activate, remove
from providers.tasks import import_left_behind, import_received
from tests.factories.providers import AccreditationFactory, CourseRunFactory, ProviderFactory
from tests.providers.feed_writing import catalog, course, presentation, provider, small_feed, stream
from tests.providers.test_xcri import LAUGHS, REAL_FEEDS, needs_real_feeds

pytestmark = pytest.mark.django_db


@pytest.fixture
def take(actor):
    """Import a feed of these parts, or this one."""

    def taken(*providers, **options):
        [feed] = providers if not isinstance(providers[0], str) else [stream(catalog(*providers))]
        return import_feed(feed, source_name="feed.xml", actor=actor, **options)

    return taken


def counts(feed_import):
    return {
        outcome: getattr(feed_import, outcome)
        for outcome in ("created", "changed", "unchanged", "withdrawn", "refused")
        if getattr(feed_import, outcome)
    }


def everything():
    """All that a feed could have changed."""
    models = (Provider, Course, CourseRun, FeedImport, FeedLine)
    return [list(model.objects.order_by("pk").values()) for model in models]


@needs_real_feeds
def test_a_colleges_whole_feed_is_imported_and_importing_it_again_changes_nothing(take):
    feed = (REAL_FEEDS / "adam-smith-college.xml").read_bytes()
    first = take(BytesIO(feed))
    assert first.tally() == {("provider", "created"): 1, ("course", "created"): 334, ("run", "created"): 791}
    before = everything()[:3]
    again = take(BytesIO(feed))
    assert again.tally() == {("provider", "unchanged"): 1, ("course", "unchanged"): 334, ("run", "unchanged"): 791}
    assert everything()[:3] == before
    pricing = CourseRun.objects.order_by().values_list("pricing", flat=True)
    assert [list(pricing).count(kind) for kind in ("free", "priced", "on_request")] == [378, 275, 138]


@needs_real_feeds
def test_a_colleges_past_runs_can_be_sold_only_in_a_demonstration_that_moves_them(take, actor):
    day = date(2026, 8, 1)
    feed = (REAL_FEEDS / "adam-smith-college.xml").read_bytes()
    for years, on_sale in ((0, False), (14, True)):
        take(BytesIO(feed), shift_years=years)
        college = Provider.objects.get()
        if college.state == Provider.State.APPLIED:
            activate(college, actor)
            AccreditationFactory(provider=college, valid_from=date(2000, 1, 1))
            for taught in Course.objects.all():
                AccreditationFactory(provider=None, course=taught, valid_from=date(2000, 1, 1))
        assert CourseRun.objects.on_sale(day).exists() is on_sale
    assert CourseRun.objects.get(identifier="2012/2013/ASD/E1/B/12").starts_on == date(2027, 2, 5)


@needs_real_feeds
def test_a_real_feed_that_breaks_the_standard_changes_nothing(take):
    with pytest.raises(errors.FeedBreaksStandard), (REAL_FEEDS / "invalid-north-lindsey.xml").open("rb") as feed:
        take(feed)
    assert everything() == [[], [], [], [], []]


def test_a_new_provider_has_applied_and_sells_nothing_yet(take):
    feed_import = take(small_feed())
    assert counts(feed_import) == {"created": 3}
    assert (feed_import.state, feed_import.provider, feed_import.provider.state) == (
        "imported",
        Provider.objects.get(),
        "applied",
    )
    event = Event.objects.get(kind="feed.imported")
    assert event.subject == f"feed:{feed_import.id}"
    assert event.data == {
        "providers": [str(feed_import.provider_id)],
        "created": 3,
        "changed": 0,
        "unchanged": 0,
        "withdrawn": 0,
        "refused": 0,
        "shift_years": 0,
    }


@pytest.mark.parametrize(
    ("cost", "pricing", "price_minor", "note"),
    [
        ("84.0000", "priced", 84_00, ""),
        ("0.0000", "free", 0, ""),
        (None, "on_request", None, ""),
        ("16-18 exempt, 19+ to be advised", "on_request", None, "16-18 exempt, 19+ to be advised"),
    ],
)
def test_free_and_on_request_are_never_each_other(take, cost, pricing, price_minor, note):
    take(small_feed(cost=cost))
    run = CourseRun.objects.get()
    assert (run.pricing, run.price_minor, run.price_note) == (pricing, price_minor, note)


def test_a_known_provider_is_found_by_its_ukprn_and_keeps_its_own_particulars(take):
    known = ProviderFactory(ukprn="10004695", identifier="", name="Newbridge College of Further Education")
    ukprn = "<dc:identifier>10004695</dc:identifier>"
    feed_import = take(provider(course(presentation()), name="Evil Rename", more=ukprn))
    assert feed_import.tally() == {("provider", "unchanged"): 1, ("course", "created"): 1, ("run", "created"): 1}
    assert Provider.objects.get().name == "Newbridge College of Further Education" == known.name


def test_a_change_is_taken_over_and_the_category_stays(take, actor):
    take(small_feed())
    categorise([(Course.objects.get(), "0611")], actor=actor)
    changed = take(provider(course(presentation(cost="90"), title="Computing 2")))
    assert changed.tally() == {("provider", "unchanged"): 1, ("course", "changed"): 1, ("run", "changed"): 1}
    stored = Course.objects.get()
    assert (stored.title, stored.category, CourseRun.objects.get().price_minor) == ("Computing 2", "0611", 90_00)


def test_what_the_feed_no_longer_has_is_withdrawn_and_comes_back_with_it(take):
    both = provider(course(presentation(), presentation("R2")), course(presentation("R3"), identifier="C2"))
    take(both)
    fewer = take(small_feed())
    gone = fewer.lines.filter(outcome="withdrawn").values_list("kind", "identifier", "line")
    assert set(gone) == {("course", "C2", None), ("run", "R2", None), ("run", "R3", None)}
    assert set(CourseRun.objects.filter(withdrawn_at=None).values_list("identifier", flat=True)) == {"R1"}
    assert counts(take(small_feed())) == {"unchanged": 3}
    assert counts(take(both)) == {"unchanged": 3, "changed": 3}
    assert not CourseRun.objects.exclude(withdrawn_at=None).exists()


def test_an_import_touches_no_other_providers_catalogue(take):
    theirs = CourseRunFactory(course__identifier="C1", identifier="R1")
    take(small_feed())
    take(provider(course(identifier="C9")))
    theirs.refresh_from_db()
    assert theirs.withdrawn_at is None


def test_a_feed_with_none_of_a_providers_courses_withdraws_nothing_and_says_so(take):
    take(small_feed())
    empty = take(provider())
    assert counts(empty) == {"unchanged": 1}
    assert empty.lines.get().reason == "The feed lists none of this provider's courses, so nothing was withdrawn."
    assert CourseRun.objects.get().withdrawn_at is None


def test_a_course_without_identifier_is_refused_with_its_line_while_the_others_are_imported(take):
    feed_import = take(provider(course(presentation(), identifier="", title="Pottery"), course(presentation("R2"))))
    assert counts(feed_import) == {"created": 3, "refused": 1}
    line = feed_import.lines.get(outcome="refused")
    assert (line.line, line.kind, line.identifier) == (3, "course", "Pottery")
    assert line.reason == (
        "The course “Pottery” has no identifier, so we could not tell next time that it is the same course. "
        "Give each course a dc:identifier of its own and send the feed again."
    )
    assert [taken.identifier for taken in Course.objects.all()] == ["C1"]


def test_a_mistake_in_a_feed_leaves_what_it_was_to_replace_as_it_is(take):
    take(provider(course(presentation(), presentation("R2"))))
    mistaken = take(provider(course(presentation(start="soon", cost="1"), presentation("R2"))))
    assert counts(mistaken) == {"unchanged": 3, "refused": 1}
    run = CourseRun.objects.get(identifier="R1")
    assert (run.price_minor, run.withdrawn_at) == (84_00, None)
    assert counts(take(provider(course(title="", more="")))) == {"unchanged": 1, "refused": 1, "withdrawn": 2}


def test_dates_that_contradict_each_other_are_imported_with_a_reason_and_not_listed(take):
    feed_import = take(small_feed(start="2027-09-06", end="2027-06-30"))
    line = feed_import.lines.get(kind="run")
    assert (line.outcome, CourseRun.objects.get().dates_in_doubt) == ("created", True)
    assert line.reason.startswith("The dates cannot be right: it starts on 2027-09-06, ends on 2027-06-30")


def test_dates_are_moved_by_whole_years_and_the_29th_of_february_becomes_the_28th(take):
    take(small_feed(start="2012-02-29", end="2012-12-31", more="<applyUntil>2012-03-31</applyUntil>"), shift_years=14)
    run = CourseRun.objects.get()
    assert (run.starts_on, run.ends_on, run.apply_until) == (date(2026, 2, 28), date(2026, 12, 31), date(2026, 3, 31))


def test_several_providers_are_imported_each_on_its_own(take):
    nameless = provider(course(presentation()), identifier="X", name="")
    other = provider(course(presentation()), identifier="OTHER", name="Other College")
    feed_import = take(provider(course(presentation())), nameless, other)
    assert counts(feed_import) == {"created": 6, "refused": 1}
    assert feed_import.provider is None
    assert set(Provider.objects.values_list("name", flat=True)) == {"Newbridge College", "Other College"}
    assert "has no dc:title" in feed_import.lines.get(outcome="refused").reason


def test_a_provider_that_stands_twice_in_a_feed_is_one(take):
    feed_import = take(provider(course(presentation())), provider(course(presentation("R2"), identifier="C2")))
    assert counts(feed_import) == {"created": 5}
    assert (Provider.objects.count(), Course.objects.filter(withdrawn_at=None).count()) == (1, 2)


@pytest.mark.parametrize(
    ("feed", "code"),
    [
        (b"not xml", "feed_format_unknown"),
        (b"<html/>", "feed_format_unknown"),
        (
            f'<!DOCTYPE catalog [<!ENTITY l0 "lol">{LAUGHS}]>{catalog(provider(course(title="&l9;")))}'.encode(),
            "feed_unsafe",
        ),
        (
            f'<!DOCTYPE catalog [<!ENTITY x SYSTEM "file:///etc/passwd">]>{catalog(provider(course(title="&x;")))}'.encode(),
            "feed_unsafe",
        ),
        (catalog(provider(course(presentation()))).encode()[:-20], "feed_not_xml"),
    ],
)
def test_a_feed_that_cannot_be_read_gets_one_clear_refusal_and_changes_nothing(take, feed, code):
    take(small_feed())
    before, events = everything(), Event.objects.count()
    with pytest.raises(errors.FeedRefusal) as told:
        take(BytesIO(feed))
    assert told.value.code == code
    assert "Nothing was imported" in str(told.value)
    assert (everything(), Event.objects.count()) == (before, events)


def test_a_providers_own_feed_may_hold_nobody_elses_courses(take):
    mine = ProviderFactory(identifier="NEWBRIDGE", ukprn="")
    assert take(small_feed(), provider=mine).provider == mine
    before = everything()
    other = provider(course(), identifier="OTHER", name="Other College")
    for feed in ([other], [provider(course()), other]):
        with pytest.raises(errors.FeedOfAnotherProvider):
            take(*feed, provider=mine)
    assert everything() == before


def test_a_provider_that_was_removed_imports_nothing(take, actor):
    take(small_feed())
    remove(Provider.objects.get(), actor, because=Because(Reason.DECLINED, "Unknown to its register."))
    before = everything()
    with pytest.raises(errors.ProviderWasRemoved):
        take(small_feed(cost="1"))
    assert everything() == before


def test_a_received_feed_is_imported_once_by_a_task_that_may_run_twice(actor):
    feed_import = receive(small_feed().read(), source_name="feed.xml", actor=actor, shift_years=1)
    assert (feed_import.state, FeedBody.objects.count(), Course.objects.count()) == ("received", 1, 0)
    import_received(str(feed_import.id))
    import_received(str(feed_import.id))
    feed_import.refresh_from_db()
    assert (feed_import.state, counts(feed_import), feed_import.lines.count()) == ("imported", {"created": 3}, 3)
    assert (FeedBody.objects.count(), CourseRun.objects.get().starts_on) == (0, date(2028, 9, 6))
    event = Event.objects.get(kind="feed.imported")
    assert event.actor == actor.id


def test_a_feed_whose_task_was_lost_is_imported_later(actor):
    lost, fresh = (receive(small_feed().read(), source_name="feed.xml", actor=actor) for _ in range(2))
    FeedImport.objects.filter(pk=lost.pk).update(started_at=now() - timedelta(minutes=11))
    assert import_left_behind() == 1
    assert FeedImport.objects.get(pk=lost.pk).state == "imported"
    assert FeedImport.objects.get(pk=fresh.pk).state == "received"


def test_receiving_a_feed_queues_its_import(actor, monkeypatch, django_capture_on_commit_callbacks):
    queued = []
    monkeypatch.setattr(import_received, "delay", queued.append)
    with django_capture_on_commit_callbacks(execute=True):
        feed_import = receive(small_feed().read(), source_name="feed.xml", actor=actor)
    assert queued == [str(feed_import.id)]


def test_a_received_feed_that_cannot_be_taken_is_marked_refused_with_the_reason(actor):
    feed_import = receive(b"<html/>", source_name="feed.xml", actor=actor)
    carry_out(feed_import.id)
    feed_import.refresh_from_db()
    assert (feed_import.state, feed_import.refusal_code) == ("refused", "feed_format_unknown")
    assert feed_import.refusal.startswith("This is no feed in a format that we read: it begins with “<html/>”.")
    assert Event.objects.get(kind="feed.refused").data == {"refusal": "feed_format_unknown"}
    assert not Provider.objects.exists()


def test_a_feed_that_is_too_large_is_not_even_kept(actor, monkeypatch):
    monkeypatch.setattr("providers.feeds.formats.MOST_BYTES", 10)
    with pytest.raises(errors.FeedTooLarge):
        receive(small_feed().read(), source_name="feed.xml", actor=actor)
    assert not FeedImport.objects.exists()


def test_importing_takes_as_many_queries_for_a_hundred_runs_as_for_one(take):
    def college(courses, name):
        both = (presentation(), presentation("R2"))
        return provider(*(course(*both, identifier=f"C{number}") for number in range(courses)), identifier=name)

    first, second = [], []
    for courses in (1, 50):
        for taken in (first, second):
            with CaptureQueriesContext(connection) as queries:
                again = take(college(courses, f"COLLEGE-{courses}"))
            taken.append(len(queries))
    assert first[0] == first[1] <= 30
    assert second[0] == second[1] <= 20
    assert counts(again) == {"unchanged": 151}
