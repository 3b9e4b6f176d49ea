"""Feeding: a real catalogue joins the town, its dates moved so that there is something left to buy."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from pathlib import Path

from config.refusals import all_of
from providers import accreditation, categorising, importing, registering
from providers.accreditation import Mark
from providers.feeds.formats import detect, read, read_bounded
from providers.feeds.reading import Feed
from providers.models import Course, FeedImport, Provider
from town.founding import ACTOR

# What is in a course's title, and the ISCED-F detailed field that the town's vetting gives it.
FIELDS = {
    "comput": "0611",
    "internet": "0611",
    "spreadsheet": "0611",
    "word processing": "0611",
    "ecdl": "0611",
    "maths": "0541",
    "mathematics": "0541",
    "account": "0411",
    "book": "0411",
    "care": "0921",
    "first aid": "1021",
    "food": "1013",
    "cook": "1013",
    "french": "0231",
    "spanish": "0231",
    "italian": "0231",
    "german": "0231",
}


@dataclass(frozen=True, slots=True)
class Joined:
    """What came with the feed."""

    report: FeedImport
    providers: list[Provider]
    years: int


def join(file: Path, today: dt.date) -> Joined:
    """Import the feed, and record for its providers and courses what a scheme's vetting would: they are accredited,
    and their courses are classified. Raises what `providers.importing.import_feed` refuses."""
    with file.open("rb") as stream:
        content = read_bounded(stream)
    years = _years_to_shift(read(content, detect(content)), today)
    with file.open("rb") as stream:
        report = importing.import_feed(stream, source_name=file.name, actor=ACTOR, shift_years=years)
    found = list(Provider.objects.filter(state=Provider.State.APPLIED))
    for provider in found:
        registering.activate(provider, ACTOR)
    all_of(accreditation.accredit_providers([Mark(p, "Town Quality Board", today) for p in found], actor=ACTOR))
    courses = list(Course.objects.filter(provider__in=found))
    all_of(accreditation.accredit_courses([Mark(c, "Town Quality Board", today) for c in courses], actor=ACTOR))
    classified = [(course, code) for course in courses if (code := _field(course))]
    all_of(categorising.categorise(classified, actor=ACTOR))
    return Joined(report, found, years)


def _years_to_shift(feed: Feed, today: dt.date) -> int:
    """The fewest whole years after which one run in twenty, at least, is still to start."""
    starts = sorted(run.starts_on for provider in feed.providers for run in provider.runs if run.starts_on)
    if not starts:
        return 0
    decisive = starts[len(starts) * 19 // 20]
    years = max(0, today.year - decisive.year)
    return years if (today.month, today.day) < (decisive.month, decisive.day) or not years else years + 1


def _field(course: Course) -> str:
    title = course.title.lower()
    return next((code for words, code in FIELDS.items() if words in title), "")
