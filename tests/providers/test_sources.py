"""Addresses of feeds: fetched when they are due, once, and only what is new; and what a stranger's server may do."""

from __future__ import annotations

import datetime as dt
import gzip
import hashlib
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any

import pytest
from django.db import connection

from config.outbound import Answer
from ledger import Actor, now
from ledger.models import Event
from providers import errors, fetching, sources
from providers.fetching import MOST_FAILURES, Found, check, claim, retry_after, settle
from providers.importing import carry_out
from providers.models import Course, FeedImport, FeedSource, Provider
from providers.sources import MOST_SOURCES, Wanted
from providers.tasks import check_feed_sources
from tests.factories.providers import ProviderFactory
from tests.providers.feed_writing import catalog, course, presentation
from tests.providers.feed_writing import provider as listed
from tests.racing import together

pytestmark = pytest.mark.django_db

FEED = catalog(listed(course(presentation()))).encode()
Answers = list[tuple[int, dict[str, str], bytes]]


@pytest.fixture
def college() -> Provider:
    return ProviderFactory(identifier="NEWBRIDGE", ukprn="")


@pytest.fixture
def add(college: Provider, actor: Actor, settings: Any) -> Callable[..., FeedSource]:
    """Set an address up where sending to this machine is allowed."""
    settings.OUTBOUND_MAY_GO_INSIDE = True
    return lambda url="http://127.0.0.1:1/feed.xml", **wanted: sources.add(college, Wanted(url, **wanted), actor=actor)


@contextmanager
def answering(answers: Answers) -> Iterator[tuple[str, list[dict[str, str]]]]:
    """A college's server that gives these answers one after the other; its address, and what it was asked."""
    asked: list[dict[str, str]] = []

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append({name.lower(): value for name, value in self.headers.items()})
            status, headers, body = answers[len(asked) - 1]
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            pass

    server = HTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/feed.xml", asked
    finally:
        server.shutdown()
        server.server_close()


def checked(source: FeedSource) -> FeedSource:
    """The source after a check that was due."""
    FeedSource.objects.filter(pk=source.pk).update(next_check_at=now())
    found = check(source.pk)
    assert found is not None
    return found


def told(kind: str) -> list[dict[str, Any]]:
    return [event.data for event in Event.objects.filter(kind=f"feed_source.{kind}").order_by("id")]


class TestFetching:
    def test_what_an_address_has_is_imported_and_its_server_asked_only_for_what_is_new(
        self, add: Callable[..., FeedSource], college: Provider
    ) -> None:
        validators = {"ETag": '"v1"', "Last-Modified": "Mon, 02 Nov 2026 10:00:00 GMT"}
        with answering([(200, validators, FEED), (304, {}, b"")]) as (url, asked):
            source = add(url)
            first = check(source.pk)
            assert first is not None
            [report] = FeedImport.objects.all()
            assert (first.outcome, first.last_import, first.failures) == ("brought", report, 0)
            assert (report.provider, report.source_name, report.state) == (college, url, "received")
            assert first.next_check_at == first.last_checked_at + dt.timedelta(hours=24)
            again = checked(source)
        assert (again.outcome, again.answer) == ("unchanged", "Nothing has changed since the last report.")
        assert "if-none-match" not in asked[0]
        assert (asked[1]["if-none-match"], asked[1]["if-modified-since"]) == ('"v1"', validators["Last-Modified"])
        assert FeedImport.objects.count() == 1
        assert carry_out(report.pk).state == "imported"
        assert Course.objects.get().provider == college
        assert told("brought") == [
            {"provider": str(college.pk), "feed": str(report.pk), "sha256": hashlib.sha256(FEED).hexdigest()}
        ]

    def test_the_same_content_without_validators_makes_no_new_report(self, add: Callable[..., FeedSource]) -> None:
        with answering([(200, {}, FEED), (200, {}, FEED), (200, {}, FEED + b"\n")]) as (url, _asked):
            source = add(url)
            outcomes = [checked(source).outcome for _ in range(3)]
        assert outcomes == ["brought", "unchanged", "brought"]
        assert FeedImport.objects.count() == 2

    def test_content_that_was_packed_is_unpacked(self, add: Callable[..., FeedSource]) -> None:
        with answering([(200, {"Content-Encoding": "gzip"}, gzip.compress(FEED))]) as (url, _asked):
            source = checked(add(url, whole=True))
        report = source.last_import
        assert report is not None
        assert (report.sha256, report.whole) == (hashlib.sha256(FEED).hexdigest(), True)

    @pytest.mark.parametrize(
        ("status", "headers", "body", "words"),
        [
            (301, {"Location": "https://elsewhere.example/new.xml"}, b"", "https://elsewhere.example/new.xml"),
            (302, {}, b"", "answered 302"),
            (304, {}, b"", "answered 304"),
            (403, {}, b"", "does not let us in"),
            (404, {}, b"no", "nothing at this address"),
            (429, {}, b"", "too often"),
            (500, {}, b"<html/>", "fault of its own"),
            (206, {}, FEED, "answered 206"),
            (200, {}, b" \n", "was empty"),
            (200, {}, b"<html><body>Welcome</body></html>", "no feed in a format that we read"),
            (200, {}, b"\x00\x01\xff\xfe" * 40, ""),
            (200, {}, b'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>', "DOCTYPE"),
            (200, {"Content-Encoding": "gzip"}, b"not packed", "not an HTTP answer"),
        ],
    )
    def test_what_is_no_feed_is_a_failure_in_words(
        self, add: Callable[..., FeedSource], status: int, headers: dict[str, str], body: bytes, words: str
    ) -> None:
        with answering([(status, headers, body)]) as (url, _asked):
            source = checked(add(url))
        assert (source.outcome, source.failures, source.state) == ("failed", 1, "on")
        assert words in source.answer
        assert source.answer
        assert source.next_check_at == source.last_checked_at + dt.timedelta(minutes=15)
        assert not FeedImport.objects.exists()

    def test_a_bomb_is_a_failure(self, add: Callable[..., FeedSource], monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(fetching, "MOST_BYTES", 100_000)
        bomb = gzip.compress(b"<" * 5_000_000)
        with answering([(200, {"Content-Encoding": "gzip"}, bomb)]) as (url, _asked):
            assert "longer than 100,000 bytes" in checked(add(url)).answer

    def test_an_address_that_leads_inside_is_a_failure(self, add: Callable[..., FeedSource], settings: Any) -> None:
        source = add("https://127.0.0.1/feed.xml")
        settings.OUTBOUND_MAY_GO_INSIDE = False
        assert "private network" in checked(source).answer

    def test_after_many_failures_it_is_paused_and_says_so(
        self, add: Callable[..., FeedSource], college: Provider, actor: Actor
    ) -> None:
        source = add()
        for _ in range(MOST_FAILURES):
            found = checked(source)
        assert (found.state, found.failures, found.given_up_at) == ("paused", 10, found.last_checked_at)
        assert "No connection" in found.answer
        assert told("given_up") == [{"provider": str(college.pk), "failures": 10}]
        assert len(told("failed")) == 10
        assert check(source.pk) is None
        resumed = sources.resume(college, source.pk, actor=actor)
        assert (resumed.state, resumed.failures, resumed.given_up_at) == ("on", 0, None)

    def test_success_forgets_failures(self, add: Callable[..., FeedSource]) -> None:
        with answering([(500, {}, b""), (200, {}, FEED)]) as (url, _asked):
            source = add(url)
            assert [checked(source).failures for _ in range(2)] == [1, 0]

    def test_pauses_between_failures_double_up_to_a_day(self) -> None:
        minutes = [retry_after(failures) // dt.timedelta(minutes=1) for failures in range(1, 10)]
        assert minutes == [15, 30, 60, 120, 240, 480, 960, 1440, 1440]


class TestOneCheckAtATime:
    def test_a_check_that_is_claimed_is_nobody_elses_until_its_lease_is_over(
        self, add: Callable[..., FeedSource], clock: Any
    ) -> None:
        source = add()
        lost = claim(source.pk)
        assert lost is not None
        assert claim(source.pk) is None
        clock.move_by(minutes=6)
        again = claim(source.pk)
        assert again is not None
        assert settle(lost, Found(200, FEED)) is None
        assert not FeedImport.objects.exists()
        assert settle(again, Found(200, FEED)) is not None
        assert settle(again, Found(200, FEED)) is None
        assert FeedImport.objects.count() == 1

    @pytest.mark.parametrize("act", ["pause", "remove", "change"])
    def test_what_comes_after_the_source_was_changed_is_not_taken(
        self, add: Callable[..., FeedSource], college: Provider, actor: Actor, act: str
    ) -> None:
        source = add()
        ours = claim(source.pk)
        assert ours is not None
        if act == "change":
            sources.change(college, source.pk, Wanted("http://127.0.0.1:1/other.xml"), actor=actor)
        else:
            getattr(sources, act)(college, source.pk, actor=actor)
        assert settle(ours, Found(200, FEED)) is None
        assert not FeedImport.objects.exists()

    def test_only_what_is_due_of_those_who_may_publish_is_checked(
        self, add: Callable[..., FeedSource], college: Provider, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        asked: list[str] = []
        monkeypatch.setattr("providers.tasks.check_feed_source.delay", asked.append)
        due, later = add(), add("http://127.0.0.1:1/later.xml")
        FeedSource.objects.filter(pk=later.pk).update(next_check_at=now() + dt.timedelta(minutes=1))
        assert check_feed_sources() == 1
        assert asked == [str(due.pk)]
        Provider.objects.filter(pk=college.pk).update(state="suspended")
        assert check_feed_sources() == 0
        assert check(due.pk) is None

    def test_a_provider_suspended_while_we_asked_gets_nothing_imported(
        self, add: Callable[..., FeedSource], college: Provider
    ) -> None:
        ours = claim(add().pk)
        assert ours is not None
        Provider.objects.filter(pk=college.pk).update(state="suspended")
        settled = settle(ours, Found(200, FEED))
        assert settled is not None
        assert (settled.outcome, FeedImport.objects.count()) == ("failed", 0)
        assert "Suspended" in settled.answer


class TestSettingUp:
    def test_what_is_set_up_is_told(self, add: Callable[..., FeedSource], college: Provider, actor: Actor) -> None:
        source = add(every_hours=6)
        sources.pause(college, source.pk, actor=actor)
        sources.pause(college, source.pk, actor=actor)
        sources.resume(college, source.pk, actor=actor)
        sources.change(college, source.pk, Wanted(source.url, 1), actor=actor)
        sources.check_now(college, source.pk, actor=actor)
        sources.remove(college, source.pk, actor=actor)
        kinds = Event.objects.filter(subject=f"feed_source:{source.pk}").order_by("id").values_list("kind", flat=True)
        assert [kind.partition(".")[2] for kind in kinds] == [
            "added",
            "paused",
            "resumed",
            "changed",
            "asked",
            "removed",
        ]
        assert told("added") == [{"provider": str(college.pk), "every_hours": 6, "whole": False}]
        assert told("changed") == [{"provider": str(college.pk), "every_hours": 1, "whole": False, "moved": False}]
        assert not FeedSource.objects.exists()

    def test_taken_in_another_way_all_of_it_is_fetched_anew(
        self, add: Callable[..., FeedSource], college: Provider, actor: Actor
    ) -> None:
        with answering([(200, {"ETag": '"1"'}, FEED)] * 2) as (url, asked):
            source = checked(add(url))
            sources.change(college, source.pk, Wanted(url, whole=True), actor=actor)
            assert checked(source).outcome == "brought"
        assert "if-none-match" not in asked[1]

    @pytest.mark.parametrize(
        ("wanted", "refusal"),
        [
            (Wanted("ftp://college.example/feed.xml"), errors.FeedAddressWrong),
            (Wanted("http://college.example/feed.xml"), errors.FeedAddressWrong),
            (Wanted("https://me:secret@college.example/"), errors.FeedAddressWrong),
            (Wanted("https://college.example/" + "a" * 1000), errors.FeedAddressWrong),
            (Wanted(""), errors.FeedAddressWrong),
            (Wanted("https://college.example/feed.xml", every_hours=5), errors.FeedIntervalWrong),
            (Wanted("https://college.example/feed.xml", every_hours=0), errors.FeedIntervalWrong),
        ],
    )
    def test_what_cannot_be_fetched_is_refused(
        self, college: Provider, actor: Actor, wanted: Wanted, refusal: type[Exception]
    ) -> None:
        with pytest.raises(refusal):
            sources.add(college, wanted, actor=actor)
        assert not FeedSource.objects.exists()
        assert told("added") == []

    def test_an_address_is_there_once(self, add: Callable[..., FeedSource], college: Provider, actor: Actor) -> None:
        add()
        other = add("http://127.0.0.1:1/other.xml")
        with pytest.raises(errors.FeedSourceTwice):
            add()
        with pytest.raises(errors.FeedSourceTwice):
            sources.change(college, other.pk, Wanted("http://127.0.0.1:1/feed.xml"), actor=actor)
        other.refresh_from_db()
        assert other.url == "http://127.0.0.1:1/other.xml"

    def test_there_are_only_so_many(self, add: Callable[..., FeedSource]) -> None:
        for number in range(MOST_SOURCES):
            add(f"http://127.0.0.1:1/{number}.xml")
        with pytest.raises(errors.TooManyFeedSources):
            add("http://127.0.0.1:1/more.xml")

    def test_nobodys_server_is_hammered_through_us(
        self, add: Callable[..., FeedSource], college: Provider, actor: Actor, clock: Any
    ) -> None:
        source = checked(add())
        with pytest.raises(errors.FeedSourceJustChecked):
            sources.check_now(college, source.pk, actor=actor)
        clock.move_by(minutes=2)
        assert sources.check_now(college, source.pk, actor=actor).next_check_at == now()
        sources.pause(college, source.pk, actor=actor)
        with pytest.raises(errors.FeedSourcePaused):
            sources.check_now(college, source.pk, actor=actor)

    def test_anothers_is_not_there(self, add: Callable[..., FeedSource], actor: Actor) -> None:
        source = add()
        for act in (sources.pause, sources.resume, sources.remove, sources.check_now):
            with pytest.raises(errors.FeedSourceNotFound):
                act(ProviderFactory(), source.pk, actor=actor)
        assert FeedSource.objects.get().state == "on"

    @pytest.mark.parametrize("state", ["suspended", "removed"])
    def test_whoever_may_not_publish_sets_nothing_up(
        self, add: Callable[..., FeedSource], college: Provider, state: str
    ) -> None:
        Provider.objects.filter(pk=college.pk).update(state=state)
        with pytest.raises(errors.ProviderMayNotPublish):
            add()
        assert not FeedSource.objects.exists()


@pytest.mark.django_db(transaction=True)
class TestWorkers:
    def test_of_two_workers_at_once_one_checks(self, add: Callable[..., FeedSource]) -> None:
        source = add()
        claims = together(lambda: claim(source.pk), lambda: claim(source.pk))
        assert claims.count(None) == 1

    def test_nothing_is_held_while_a_stranger_is_waited_for(
        self, add: Callable[..., FeedSource], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        source, seen = add(), []

        def slow(*_: object, **__: object) -> Answer:
            source.refresh_from_db()
            seen.append((connection.in_atomic_block, source.next_check_at > now()))
            return Answer(200, {}, FEED)

        monkeypatch.setattr(fetching, "send", slow)
        found = check(source.pk)
        assert found is not None
        assert (found.outcome, seen) == ("brought", [(False, True)])
