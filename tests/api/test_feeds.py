"""Feeds over the API: sent as they are, their reports, and the addresses that they are fetched from."""

from __future__ import annotations

from typing import Any

import pytest

from config.ids import uuid7
from ledger.models import Event
from providers.importing import carry_out
from providers.models import Course, FeedBody, FeedImport, FeedLine, FeedSource, Provider
from tests.api.contract import holds
from tests.factories.api import Caller
from tests.factories.providers import ProviderFactory
from tests.providers.feed_writing import catalog, course, presentation
from tests.providers.feed_writing import provider as listed

XML = {"Content-Type": "application/xml"}
FEED = catalog(listed(course(presentation()), course(presentation(), identifier="C2", title=""))).encode()
SOURCE = {"url": "https://college.example/courses.xml"}


@pytest.fixture
def provider(db: None) -> Provider:
    return ProviderFactory(identifier="NEWBRIDGE", ukprn="")


def send(caller: Caller, body: bytes, query: str = "", **headers: str) -> Any:
    response = caller.post(f"/feeds{query}", body, **(XML | headers))
    holds("POST", "/api/v1/feeds", response)
    return response


def refused(response: Any, status: int, code: str) -> None:
    assert (response.status_code, response.json()["code"]) == (status, code)


class TestSending:
    def test_a_feed_is_taken_in_and_its_report_tells_of_each_line(self, caller: Caller, provider: Provider) -> None:
        sent = send(caller, FEED, "?name=Autumn").json()["feed"]
        assert (sent["name"], sent["state"], sent["whole"]) == ("Autumn", "received", False)
        carry_out(sent["id"])
        path = f"/feeds/{sent['id']}"
        response = caller.get(path)
        holds("GET", f"/api/v1{path}", response)
        report = response.json()
        assert (report["state"], report["format"]) == ("imported", "xcri_cap")
        assert (report["counts"]["created"], report["counts"]["refused"]) == (2, 1)
        [first] = [each for each in report["lines"] if each["outcome"] == "refused"]
        assert (first["kind"], first["identifier"]) == ("course", "C2")
        assert "no title" in first["reason"]
        assert Course.objects.get().provider == provider
        refused_ones = caller.get(f"{path}?outcome=refused&kind=course").json()["lines"]
        assert [each["identifier"] for each in refused_ones] == ["C2"]

    def test_lines_come_page_by_page(self, caller: Caller) -> None:
        feed = send(caller, FEED).json()["feed"]["id"]
        carry_out(feed)
        seen, path = [], f"/feeds/{feed}?limit=2"
        while path:
            page = caller.get(path).json()
            seen += page["lines"]
            cursor = page["next_cursor"]
            path = f"/feeds/{feed}?limit=2&cursor={cursor}" if cursor else ""
        assert len(seen) == FeedLine.objects.count() == 4

    def test_whole_or_not_at_all(self, caller: Caller) -> None:
        feed = send(caller, FEED, "?whole=true").json()["feed"]
        assert feed["whole"] is True
        carry_out(feed["id"])
        report = caller.get(f"/feeds/{feed['id']}").json()
        assert (report["state"], report["refusal"]["code"]) == ("refused", "feed_not_whole")
        assert not Course.objects.exists()

    def test_a_repeated_request_is_one_feed(self, caller: Caller) -> None:
        first, again = send(caller, FEED, once="one"), send(caller, FEED, once="one")
        assert again.json() == first.json()
        assert again["Idempotency-Replayed"] == "true"
        refused(send(caller, FEED + b" ", once="one"), 422, "idempotency_key_reused")
        refused(send(caller, FEED, "?whole=true", once="one"), 422, "idempotency_key_reused")
        assert FeedImport.objects.count() == 1

    @pytest.mark.parametrize(
        ("body", "headers", "query", "status", "code"),
        [
            (b"", XML, "", 400, "feed_empty"),
            (b" \n", XML, "", 400, "feed_empty"),
            (FEED, {"Content-Type": "application/pdf"}, "", 415, "content_type_wrong"),
            (FEED, {"Content-Type": "multipart/form-data; boundary=x"}, "", 415, "content_type_wrong"),
            (FEED, XML, "?whole=yes", 422, "field_wrong"),
            (FEED, XML, "?dry=true", 422, "field_unknown"),
        ],
    )
    def test_what_is_no_feed_is_turned_down(
        self, caller: Caller, body: bytes, headers: dict[str, str], query: str, status: int, code: str
    ) -> None:
        events = Event.objects.count()
        refused(send(caller, body, query, **headers), status, code)
        assert not FeedImport.objects.exists()
        assert not FeedBody.objects.exists()
        assert Event.objects.count() == events

    def test_more_than_a_feed_may_be_is_not_read(self, caller: Caller) -> None:
        refused(send(caller, b"<" * (32 * 1024 * 1024 + 1)), 413, "body_too_large")

    @pytest.mark.parametrize(
        "body",
        [
            b'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b "c"><!ENTITY d "&b;&b;">]><a>&d;</a>',
            b"<catalog",
            b"\x00\x01",
            FEED.replace(b"NEWBRIDGE", b"ANOTHER"),
        ],
    )
    def test_a_feed_that_cannot_be_taken_says_why_in_its_report(self, caller: Caller, body: bytes) -> None:
        feed = send(caller, body).json()["feed"]["id"]
        carry_out(feed)
        report = caller.get(f"/feeds/{feed}").json()
        assert report["state"] == "refused"
        assert report["refusal"]["says"]
        assert not Course.objects.exists()

    @pytest.mark.parametrize("state", ["suspended", "removed"])
    def test_a_provider_that_may_not_publish_is_told_so(self, caller: Caller, provider: Provider, state: str) -> None:
        Provider.objects.filter(pk=provider.pk).update(state=state)
        refused(send(caller, FEED), 403, "provider_may_not_publish")
        assert not FeedImport.objects.exists()


class TestReports:
    def test_the_list_has_mine_only_newest_first(self, caller: Caller) -> None:
        older, newer = (send(caller, FEED).json()["feed"]["id"] for _ in range(2))
        theirs = send(Caller.of(), FEED).json()["feed"]["id"]
        response = caller.get("/feeds")
        holds("GET", "/api/v1/feeds", response)
        assert [each["id"] for each in response.json()["feeds"]] == [newer, older]
        assert caller.get("/feeds?state=imported").json()["feeds"] == []
        refused(caller.get("/feeds?state=lost"), 422, "field_wrong")
        for feed in (theirs, uuid7()):
            response = caller.get(f"/feeds/{feed}")
            holds("GET", f"/api/v1/feeds/{feed}", response)
            refused(response, 404, "feed_not_found")
        refused(caller.get("/feeds/nothing"), 404, "nothing_here")

    def test_a_report_costs_a_fixed_number_of_queries(self, caller: Caller, django_assert_num_queries: Any) -> None:
        feed = send(caller, FEED).json()["feed"]["id"]
        carry_out(feed)
        caller.get("/me")
        with django_assert_num_queries(3):
            caller.get(f"/feeds/{feed}")
        with django_assert_num_queries(2):
            caller.get("/feeds")


class TestSources:
    def test_an_address_is_added_changed_paused_resumed_and_removed(self, caller: Caller) -> None:
        response = caller.post("/feed-sources", SOURCE)
        holds("POST", "/api/v1/feed-sources", response)
        added = response.json()["feed_source"]
        assert (added["every_hours"], added["format"], added["state"]) == (24, None, "on")
        path = f"/feed-sources/{added['id']}"
        for verb, state in (("pause", "paused"), ("resume", "on"), ("check-now", "on")):
            response = caller.post(f"{path}/{verb}")
            holds("POST", f"/api/v1{path}/{verb}", response)
            assert response.json()["feed_source"]["state"] == state
        changed = caller.put(path, SOURCE | {"every_hours": 6, "format": "csv", "whole": True})
        holds("PUT", f"/api/v1{path}", changed)
        shown = changed.json()["feed_source"]
        assert (shown["every_hours"], shown["format"], shown["whole"]) == (6, "csv", True)
        holds("GET", f"/api/v1{path}", caller.get(path))
        listed_now = caller.get("/feed-sources")
        holds("GET", "/api/v1/feed-sources", listed_now)
        assert listed_now.json()["feed_sources"] == [shown]
        gone = caller.delete(path)
        holds("DELETE", f"/api/v1{path}", gone)
        assert gone.json() == {"removed": added["id"]}
        assert not FeedSource.objects.exists()

    def test_anothers_address_is_not_there(self, caller: Caller) -> None:
        theirs = Caller.of().post("/feed-sources", SOURCE).json()["feed_source"]["id"]
        path = f"/feed-sources/{theirs}"
        refused(caller.get(path), 404, "feed_source_not_found")
        refused(caller.put(path, SOURCE), 404, "feed_source_not_found")
        refused(caller.delete(path), 404, "feed_source_not_found")
        for verb in ("check-now", "pause", "resume"):
            refused(caller.post(f"{path}/{verb}"), 404, "feed_source_not_found")
        assert caller.get("/feed-sources").json()["feed_sources"] == []
        assert FeedSource.objects.get().state == "on"

    @pytest.mark.parametrize(
        ("body", "status", "code"),
        [
            ({}, 422, "field_missing"),
            ({"url": "http://college.example/"}, 422, "feed_address_wrong"),
            ({"url": "file:///etc/passwd"}, 422, "feed_address_wrong"),
            (SOURCE | {"every_hours": 5}, 422, "feed_interval_wrong"),
            (SOURCE | {"every_hours": 2**53 - 1}, 422, "feed_interval_wrong"),
            (SOURCE | {"format": "pdf"}, 422, "field_wrong"),
            (SOURCE | {"whole": "true"}, 422, "field_wrong"),
            (SOURCE | {"state": "on"}, 422, "field_unknown"),
        ],
    )
    def test_an_address_that_cannot_be_right_is_turned_down(
        self, caller: Caller, body: Any, status: int, code: str
    ) -> None:
        response = caller.post("/feed-sources", body)
        holds("POST", "/api/v1/feed-sources", response)
        refused(response, status, code)
        assert not FeedSource.objects.exists()
