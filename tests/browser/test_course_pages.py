"""A small college's pages of its courses in a real browser, with axe finding nothing on each."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from django.conf import settings
from playwright.sync_api import Page
from pytest_django.live_server_helper import LiveServer

from ledger import now
from providers.importing import carry_out
from providers.models import FeedImport, FeedSource
from tests.browser.conftest import clean
from tests.factories.providers import CourseFactory, CourseRunFactory, ProviderFactory, RunExtraFactory, StaffFactory
from tests.providers.feed_writing import catalog, course, presentation, provider

pytestmark = [pytest.mark.external("chromium"), pytest.mark.django_db(transaction=True)]

FEED = catalog(
    provider(course(presentation(), presentation(identifier="R2", start="soon")), course(identifier="C2", title=""))
)
PICTURES = os.environ.get("WAYMARK_PICTURES")


def look(page: Page, heading: str, name: str) -> None:
    clean(page, heading)
    if PICTURES:
        width = (page.viewport_size or {"width": 0})["width"]
        page.screenshot(path=Path(PICTURES) / f"{name}-{width}.png", full_page=True)


def test_a_small_college_looks_after_its_courses(page: Page, live_server: LiveServer, client: object) -> None:
    college = ProviderFactory(identifier="NEWBRIDGE", ukprn="", name="Newbridge College")
    staff = StaffFactory(provider=college)
    run = CourseRunFactory(course__provider=college, course__title="Plumbing for beginners")
    RunExtraFactory(run=run, title="Gas safety exam")
    CourseRunFactory(course=run.course, past=True)
    CourseRunFactory(course__provider=college, course__title="Welding", course__unaccredited=True)
    CourseFactory(provider=college, title="Spanish, with a very long title that a phone has to break somewhere")
    FeedSource.objects.create(
        provider=college,
        url="https://college.example/a/rather/long/address/of/courses.xml",
        added_at=now(),
        next_check_at=now(),
        last_checked_at=now(),
        outcome="failed",
        answer="There is nothing at this address (the server answered 404).",
        failures=2,
    )
    client.force_login(staff.user)  # type: ignore[attr-defined]
    cookie = client.cookies[settings.SESSION_COOKIE_NAME].value  # type: ignore[attr-defined]
    page.context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": cookie, "url": live_server.url}])

    page.goto(f"{live_server.url}/provider/courses/")
    look(page, "Courses", "courses")
    page.click("main a:has-text('Plumbing')")
    look(page, "Plumbing for beginners", "course")
    page.click("main a:has-text('Add dates')")
    look(page, "Add dates", "dates")
    page.click("main button:has-text('Save')")
    look(page, "Add dates", "dates-wrong")
    page.goto(f"{live_server.url}/provider/courses/new/")
    look(page, "Add a course", "new-course")
    page.fill("[name='title']", "Bread and pastry")
    page.click("main button:has-text('Save')")
    look(page, "Bread and pastry", "added")

    page.goto(f"{live_server.url}/provider/courses/feeds/")
    look(page, "Feeds", "feeds")
    file = {"name": "autumn.xml", "mimeType": "application/xml", "buffer": FEED.encode()}
    page.set_input_files("[name='file']", [file])  # type: ignore[list-item]
    page.click("main button:has-text('Try it first')")
    look(page, "What this feed would do", "trial")
    page.goto(f"{live_server.url}/provider/courses/feeds/")
    page.set_input_files("[name='file']", [file])  # type: ignore[list-item]
    page.click("main button:has-text('Import')")
    carry_out(FeedImport.objects.get().pk)
    page.reload()
    look(page, "Report of a feed", "report")
    page.goto(f"{live_server.url}/provider/courses/addresses/new/")
    look(page, "Have a feed fetched", "address")
