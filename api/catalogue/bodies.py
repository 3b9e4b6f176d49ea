"""What the catalogue's endpoints take. What a text or a price may be, the domain says; here, what JSON it is."""

from __future__ import annotations

from api.reading import JSON, Amount, Body, Day, Group, Lines, OneOf, Raw, Text, Whole, YesNo
from providers.feeds.formats import MOST_BYTES, Format
from providers.models import CourseRun, Every, RunExtra

FORMATS = {
    "application/xml": None,
    "text/xml": None,
    "application/ld+json": Format.SCHEMA_ORG,
    JSON: Format.SCHEMA_ORG,
    "text/csv": Format.CSV,
}


def _text(about: str, most: int, example: str | None = None) -> Text:
    return Text(about, example=example, most=most, least=0)


COURSE = Body(
    {
        "title": Text("What the course is called.", example="Spanish for beginners", required=True, most=500),
        "summary": _text("A few sentences.", 2_000, "Your first Spanish, from ordering a coffee to a short letter."),
        "description": _text("All there is to say. A line is a paragraph.", 20_000),
        "keywords": _text("Subjects and other words to find it by.", 2_000, "Spanish, languages"),
        "level": Whole("The regulated level, from 0 (entry level) to 8.", example=1, least=0),
        "qualification": _text("What is awarded at the end.", 300),
        "url": _text("The course's own page, which begins with http.", 1_000, "https://college.example/spanish"),
    },
    most_bytes=200_000,
)
RUN = Body(
    {
        "starts_on": Day("The first day.", example="2027-09-06", required=True),
        "ends_on": Day("The last day.", example="2027-12-10", required=True),
        "apply_until": Day("The last day on which a learner can join; left out, the day before the start."),
        "price_minor": Amount(
            "The price in minor units (pennies). 0 is free. Left out, the price is on request: nobody can buy it here.",
            example=12000,
        ),
        "currency": Text("ISO 4217; GBP unless told.", example="GBP", most=3, least=3),
        "price_note": _text("What there is to say of the price.", 1_000),
        "mode": OneOf("How it is taught.", CourseRun.Mode, example="classroom"),
        "pattern": OneOf("When it is taught.", CourseRun.Pattern, example="evening"),
        "attendance_text": _text("When it is taught, in your own words.", 500, "Mondays, 18:30 to 20:30"),
        "places": Whole("How many learners there is room for.", example=16, least=0),
        "hours": Whole("How many hours are taught.", example=28),
        "venue": Group(
            "Where it is taught.",
            {
                "name": _text("What the place is called.", 300),
                "street": _text("Street and number.", 300),
                "town": _text("Town.", 100),
                "postcode": _text("Postcode.", 20),
            },
            example={"name": "Bridge House", "street": "1 High Street", "town": "Newbridge", "postcode": "NB1 1AA"},
        ),
        "extras": Lines(
            "All that can be had with it; what is not listed is had with it no more.",
            each={
                "kind": OneOf("What it is.", RunExtra.Earmark, required=True),
                "title": Text("What it is called.", required=True, most=200),
                "price_minor": Amount("Its price, in minor units of the run's currency.", required=True),
            },
            most=20,
            required=False,
            example=[{"kind": "exam", "title": "Certificate exam", "price_minor": 4000}],
        ),
    },
    most_bytes=50_000,
)
FEED = Raw(
    "The feed, as it is. XML is XCRI-CAP 1.2 or LHEO 2; JSON is schema.org's courses; CSV has a row of names first.",
    tuple(FORMATS),
    MOST_BYTES,
)
SOURCE = Body(
    {
        "url": Text(
            "The address, which begins with https.",
            example="https://college.example/courses.xml",
            required=True,
            most=1_000,
        ),
        "every_hours": Whole(f"How often it is checked, in hours: {', '.join(map(str, Every.values))}.", example=24),
        "format": OneOf("Its format. Left out, the feed shows which it is.", Format),
        "whole": YesNo(
            "Take a feed whole or not at all: with one line that cannot be taken, nothing is.", example=False
        ),
    }
)
