"""Newcomers: what waits for the scheme's staff when the town's year is over, so that there is something to look at."""

from __future__ import annotations

import datetime as dt

import ledger
from accounts.models import SchemeManager
from brokerage.models import Adviser
from brokerage.organisations import declaring, standing_in
from config.refusals import all_of, only
from ledger import Actor
from providers import catalogue, evidencing, registering, vetting
from providers.accreditation import Mark
from providers.evidencing import Address
from providers.listings import CourseListing, Mode, Pattern, Price, RunListing, VenueListing
from providers.models import Course, CourseRun, Provider
from providers.registering import Application
from providers.vetting import Decision, Ruling
from providers.vetting_queue import look
from town.founding import ACTOR

NAME, TOWN, POSTCODE = "Silver Birch Academy", "Thornby", "TB3 4QA"
# Title, summary, level and price in pounds. The second costs several times what its like do.
COURSES = [
    ("Bookkeeping for the self-employed", "Invoices, receipts and a tax return without fear.", 2, 190),
    ("Spreadsheets for managers", "Formulas, tables and charts, with a certificate in a frame.", 1, 640),
    ("Digital skills for grandparents", "Calls, pictures and staying safe, with tea.", 1, 95),
    ("The trader's masterclass", "Markets, mindset and money. Seats are limited.", 3, 1450),
]
# Whose price rises after it was vetted, and by how much.
RISEN, RISE_PERCENT = "Millbrook IT Training", 60
AWAY, TAUGHT, TAUGHT_AT = "Mair Bowen", "Rhys Morgan", "Coleg y Foryd"


def arrive() -> None:
    """A college joins whose courses nobody has looked at yet, and another raises a price that was looked at."""
    manager = SchemeManager.objects.order_by("id").select_related("user")[0]
    _join(manager)
    _raise_a_price(manager)


def keep_organisations() -> None:
    """One adviser is away, so that another answers, and one has said where they taught."""
    away = Adviser.objects.get(user__name=AWAY)
    standing_in.go_away(away, ledger.today(), ledger.today() + dt.timedelta(days=9), actor=ACTOR)
    taught = Adviser.objects.get(user__name=TAUGHT)
    declaring.declare(declaring.Kind.TAUGHT, Provider.objects.get(name=TAUGHT_AT), by=taught, actor=ACTOR)


def _join(manager: SchemeManager) -> None:
    today = ledger.today()
    provider = registering.activate(only(registering.register([Application(NAME, "10090013")], actor=ACTOR)), ACTOR)
    evidencing.accredit_on_evidence(
        Mark(provider, "Town Quality Board", today, today + dt.timedelta(days=365), "Adult learning", "TQB/213"),
        [Address("https://quality.example/register/213")],
        by=manager.user_id,
        actor=Actor.user(manager.user_id),
    )
    all_of(
        catalogue.publish_courses(
            provider,
            [
                CourseListing(identifier=f"sb-{place}", title=title, summary=summary, level=level)
                for place, (title, summary, level, _pounds) in enumerate(COURSES)
            ],
            actor=ACTOR,
        )
    )
    starts = today + dt.timedelta(days=40)
    all_of(
        catalogue.publish_runs(
            provider,
            [
                RunListing(
                    course=f"sb-{place}",
                    identifier=starts.isoformat(),
                    starts_on=starts,
                    ends_on=starts + dt.timedelta(days=60),
                    price=Price.of(pounds * 100),
                    venue=VenueListing(NAME, "4 Birch Walk", TOWN, POSTCODE),
                    pattern=Pattern.EVENING,
                    places=12,
                )
                for place, (_title, _summary, _level, pounds) in enumerate(COURSES)
            ],
            actor=ACTOR,
        )
    )


def _raise_a_price(manager: SchemeManager) -> None:
    today = ledger.today()
    runs = CourseRun.objects.on_sale(today).filter(course__provider__name=RISEN).select_related("course__provider")
    first = runs.order_by("course__identifier", "id")[0]
    course: Course = first.course
    seen = look([course.pk], today)[course.pk].seen
    ruling = Ruling(course.pk, seen, Decision.ACCEPTED, category=course.category)
    all_of(vetting.decide([ruling], by=manager.user_id, actor=Actor.user(manager.user_id)))
    all_of(
        catalogue.publish_runs(
            course.provider,
            [
                RunListing(
                    course=course.identifier,
                    identifier=run.identifier,
                    starts_on=run.starts_on,
                    ends_on=run.ends_on,
                    price=Price.of((run.price_minor or 0) * (100 + RISE_PERCENT) // 100),
                    venue=_venue(run),
                    mode=Mode(run.mode),
                    pattern=run.pattern,
                    places=run.places,
                )
                for run in runs.filter(course=course).select_related("venue").order_by("starts_on", "id")
            ],
            actor=ACTOR,
        )
    )


def _venue(run: CourseRun) -> VenueListing | None:
    venue = run.venue
    return VenueListing(venue.name, venue.street, venue.town, venue.postcode) if venue else None
