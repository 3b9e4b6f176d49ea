"""A provider's pages of its feeds: a file tried or imported, its report, and the addresses that are fetched."""

from __future__ import annotations

import csv
import io
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from ledger import now
from ledger.models import Event
from providers.importing import carry_out
from providers.models import Course, FeedImport, FeedLine, FeedSource, Provider, Role, Staff
from tests.factories.providers import CourseFactory, ProviderFactory, StaffFactory
from tests.providers.feed_writing import catalog, course, presentation
from tests.providers.feed_writing import provider as listed

pytestmark = pytest.mark.django_db

FEED = catalog(listed(course(presentation()), course(presentation(), identifier="=C2", title=""))).encode()
FEEDS = "/provider/courses/feeds/"


@pytest.fixture
def staff() -> Staff:
    return StaffFactory(roles=[Role.COURSES], provider=ProviderFactory(identifier="NEWBRIDGE", ukprn=""))


@pytest.fixture
def signed_in(client: Client, staff: Staff) -> Client:
    client.force_login(staff.user)
    return client


def text(response: Any) -> str:
    return " ".join(response.content.decode().split())


def upload(client: Client, content: bytes, action: str = "import", **told: Any) -> Any:
    file = SimpleUploadedFile("autumn.xml", content, content_type="text/plain")
    return client.post(FEEDS, {"file": file, "action": action} | told)


def everything() -> list[Any]:
    return [list(kind.objects.order_by("pk").values()) for kind in (Course, FeedImport, FeedLine, Event)]


def test_a_feed_tried_first_shows_its_report_and_changes_nothing(signed_in: Client, staff: Staff) -> None:
    CourseFactory(provider=staff.provider, identifier="old")
    before = everything()
    page = upload(signed_in, FEED, "try")
    assert page.status_code == 200
    assert "What this feed would do" in text(page)
    assert "has no title" in text(page)
    assert page.context["summary"] == [("Refused", 1, 0), ("Created", 1, 1), ("Withdrawn", 1, 0)]
    assert [line.outcome for line in page.context["lines"][:2]] == ["refused", "unchanged"]
    assert everything() == before


def test_a_feed_is_imported_and_reported_with_what_was_refused_first(signed_in: Client, staff: Staff) -> None:
    sent = upload(signed_in, FEED)
    report = FeedImport.objects.get()
    assert sent["Location"] == f"{FEEDS}{report.pk}/"
    assert (report.source_name, report.provider, report.whole) == ("autumn.xml", staff.provider, False)
    assert "We are reading it." in text(signed_in.get(sent["Location"]))
    carry_out(report.pk)
    page = signed_in.get(sent["Location"])
    assert "1 line could not be taken" in text(page)
    assert [line.outcome for line in page.context["lines"]][:2] == ["refused", "unchanged"]
    assert page.context["summary"] == [("Refused", 1, 0), ("Created", 1, 1)]
    table = signed_in.get(f"{sent['Location']}report.csv")
    rows = list(csv.reader(io.StringIO(table.content.decode())))
    assert rows[0] == ["line", "kind", "identifier", "outcome", "reason"]
    assert (rows[1][1:4], len(rows)) == (["course", "'=C2", "refused"], 5)


def test_whole_or_not_at_all(signed_in: Client) -> None:
    upload(signed_in, FEED, whole="on")
    report = carry_out(FeedImport.objects.get().pk)
    page = text(signed_in.get(f"{FEEDS}{report.pk}/"))
    assert "Nothing of it was taken" in page
    assert not Course.objects.exists()
    tried = text(upload(signed_in, FEED, "try", whole="on"))
    assert "Nothing of it would be taken" in tried


@pytest.mark.parametrize("action", ["try", "import"])
@pytest.mark.parametrize(
    ("content", "words"),
    [(b"", "This file is empty."), (b" \n", "The feed is empty.")],
)
def test_a_file_that_is_no_feed_is_said_beside_the_form(
    signed_in: Client, action: str, content: bytes, words: str
) -> None:
    page = upload(signed_in, content, action)
    assert (page.status_code, words in text(page)) == (422, True)
    assert not FeedImport.objects.exists()


@pytest.mark.parametrize(
    "content",
    [
        b"\x89PNG\r\n\x1a\n\x00\x00",
        b'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b "c"><!ENTITY d "&b;&b;">]><a>&d;</a>',
        b"<catalog",
        FEED.replace(b"NEWBRIDGE", b"ANOTHER"),
    ],
)
def test_a_feed_that_cannot_be_taken_says_why(signed_in: Client, content: bytes) -> None:
    tried = upload(signed_in, content, "try")
    assert (tried.status_code, "Nothing of it could be taken" in text(tried)) == (200, True)
    sent = upload(signed_in, content)
    report = carry_out(FeedImport.objects.get().pk)
    assert report.refusal
    assert "Nothing of it was taken" in text(signed_in.get(sent["Location"]))
    assert not Course.objects.exists()


def test_no_file_is_said(signed_in: Client) -> None:
    page = signed_in.post(FEEDS, {"action": "import"})
    assert (page.status_code, "Choose a file." in text(page)) == (422, True)


def test_anothers_report_is_not_there(signed_in: Client) -> None:
    theirs = FeedImport.objects.create(provider=ProviderFactory(), source_name="theirs", asked_by="a", started_at=now())
    for path in (f"{theirs.pk}/", f"{theirs.pk}/report.csv"):
        assert signed_in.get(f"{FEEDS}{path}").status_code == 404
    assert "theirs" not in text(signed_in.get(FEEDS))


def test_an_address_is_added_changed_paused_resumed_and_removed(signed_in: Client, staff: Staff) -> None:
    told = {"url": "https://college.example/courses.xml", "every_hours": "6"}
    page = signed_in.post("/provider/courses/addresses/new/", told, follow=True)
    assert "We look at this address now." in text(page)
    source = FeedSource.objects.get()
    assert (source.provider, source.every_hours, source.format) == (staff.provider, 6, "")
    path = f"/provider/courses/addresses/{source.pk}/"
    for act, words in (
        ("pause", "Paused."),
        ("resume", "We fetch from there again."),
        ("check-now", "We are looking."),
    ):
        assert words in text(signed_in.post(f"{path}{act}/", follow=True))
    assert signed_in.post(path, told | {"every_hours": "24", "format": "csv", "whole": "on"}).status_code == 302
    source.refresh_from_db()
    assert (source.every_hours, source.format, source.whole) == (24, "csv", True)
    assert signed_in.post(f"{path}explode/").status_code == 404
    signed_in.post(f"{path}remove/")
    assert not FeedSource.objects.exists()


def test_an_address_that_was_given_up_says_so(signed_in: Client, staff: Staff) -> None:
    FeedSource.objects.create(
        provider=staff.provider,
        url="https://college.example/courses.xml",
        state="paused",
        added_at=now(),
        next_check_at=now(),
        last_checked_at=now(),
        outcome="failed",
        answer="There is nothing at this address (the server answered 404).",
        failures=10,
        given_up_at=now(),
    )
    page = text(signed_in.get(FEEDS))
    assert "We paused it after 10 failures in a row." in page
    assert "the server answered 404" in page


@pytest.mark.parametrize(
    ("told", "words"),
    [
        ({"url": "http://college.example/feed.xml"}, "is not an address from which we can fetch a feed"),
        ({"url": ""}, "Give the address."),
        ({"every_hours": "5"}, "not one of the available choices"),
        ({"format": "pdf"}, "not one of the available choices"),
    ],
)
def test_an_address_that_cannot_be_right_is_said(signed_in: Client, told: dict[str, str], words: str) -> None:
    typed = {"url": "https://college.example/feed.xml", "every_hours": "24"} | told
    page = signed_in.post("/provider/courses/addresses/new/", typed)
    assert (page.status_code, words in text(page)) == (422, True)
    assert not FeedSource.objects.exists()


def test_anothers_address_is_not_there(signed_in: Client) -> None:
    source = FeedSource.objects.create(
        provider=ProviderFactory(), url="https://other.example/", added_at=now(), next_check_at=now()
    )
    path = f"/provider/courses/addresses/{source.pk}/"
    assert signed_in.get(path).status_code == 404
    assert {signed_in.post(f"{path}{act}/").status_code for act in ("pause", "remove", "check-now")} == {404}
    assert FeedSource.objects.get().state == "on"


def test_whoever_may_not_publish_is_told_so(signed_in: Client, staff: Staff) -> None:
    Provider.objects.filter(pk=staff.provider_id).update(state="suspended")
    before = everything()
    for action in ("try", "import"):
        page = upload(signed_in, FEED, action)
        assert (page.status_code, "so nothing in its catalogue can be changed" in text(page)) == (422, True)
    assert everything() == before


def test_the_pages_cost_a_fixed_number_of_queries(
    signed_in: Client, staff: Staff, django_assert_num_queries: Any
) -> None:
    for more in (1, 4):
        for _ in range(more):
            upload(signed_in, FEED)
            report = carry_out(FeedImport.objects.order_by("-id")[0].pk)
        with django_assert_num_queries(7):
            signed_in.get(FEEDS)
        with django_assert_num_queries(8):
            signed_in.get(f"{FEEDS}{report.pk}/")
