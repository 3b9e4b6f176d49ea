"""Founding: the town's schemes, colleges, courses and guidance organisations, made through the rooms' own functions."""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Sequence
from dataclasses import dataclass, field

from django.conf import settings

from accounts import schemes
from accounts.models import Scheme, User
from brokerage.models import Adviser, GuidanceOrganisation
from config.refusals import Refusal, only
from ledger import Actor
from providers import accreditation, catalogue, categorising, registering
from providers.accreditation import Mark
from providers.listings import CourseListing, Mode, Pattern, Price, RunListing, VenueListing
from providers.models import Course, Provider
from providers.registering import Application
from town.places import COLLEGES, COURSES, GUIDANCE, College, Subject

ACTOR = Actor.system("town")
# She keeps her money for the story.
HEROINE = f"sioned@{settings.DEMO_DOMAIN}"
SCHEMES = {"wales": "ila-wales-2003", "england": "ila-england-2000"}
POT_MINOR = 40_000_000
WEEKS_BETWEEN_RUNS = 8
WEEKS_AHEAD = 30
COURSES_A_COLLEGE = 20


@dataclass(slots=True)
class Town:
    """What the town's life needs to know of it."""

    dice: random.Random
    schemes: dict[str, Scheme] = field(default_factory=dict)
    advisers: dict[str, list[Adviser]] = field(default_factory=dict)
    providers: list[Provider] = field(default_factory=list)
    people: int = 0


def found(dice: random.Random, *, from_day: dt.date, today: dt.date, password: str, domain: str) -> Town:
    """Everything that is there before the first learner comes; runs from `from_day` to some months after `today`."""
    town = Town(dice)
    for nation, slug in SCHEMES.items():
        town.schemes[nation] = schemes.set_up(schemes.preset(slug), actor=ACTOR)
        schemes.pay_in(town.schemes[nation], POT_MINOR, reference="the first year", actor=ACTOR)
    _open_guidance(town, password, domain)
    for college in COLLEGES:
        town.providers.append(_open_college(college, town, from_day, today))
    return town


def good(answers: Sequence[object]) -> None:
    """Stop the town when one of its own requests was refused: that is a mistake in the town."""
    for answer in answers:
        if isinstance(answer, Refusal):
            raise answer


def _open_guidance(town: Town, password: str, domain: str) -> None:
    for name, (telephone, nation, names) in GUIDANCE.items():
        organisation = GuidanceOrganisation.objects.create(name=name, telephone=telephone)
        team = []
        for full_name in names:
            email = f"{full_name.split()[0].lower()}@{domain}"
            user = User.objects.create(email=email, name=full_name, password=password)
            team.append(Adviser.objects.create(user=user, organisation=organisation))
        for adviser, cover in zip(team, team[1:] + team[:1], strict=True):
            adviser.cover = cover
        Adviser.objects.bulk_update(team, ["cover"])
        town.advisers.setdefault(nation, []).extend(team)


def _open_college(college: College, town: Town, from_day: dt.date, today: dt.date) -> Provider:
    provider = only(registering.register([Application(name=college.name, ukprn=college.ukprn)], actor=ACTOR))
    provider = registering.activate(provider, ACTOR)
    good(
        accreditation.accredit_providers(
            [Mark(provider, "Town Quality Board", from_day - dt.timedelta(days=30))], actor=ACTOR
        )
    )
    subjects = [subject for subject in COURSES if subject.trade in college.trades][:COURSES_A_COLLEGE]
    listed = catalogue.publish_courses(
        provider,
        [
            CourseListing(
                identifier=f"{subject.trade}-{place}",
                title=subject.title,
                summary=subject.summary,
                description=f"{subject.summary}\n\nTaught by {college.name} in {college.town}.",
                keywords=subject.trade,
                level=subject.level,
            )
            for place, subject in enumerate(subjects)
        ],
        actor=ACTOR,
    )
    courses = [course for course in listed if isinstance(course, Course)]
    good(
        accreditation.accredit_courses(
            [Mark(c, "Town Quality Board", from_day - dt.timedelta(days=30)) for c in courses], actor=ACTOR
        )
    )
    good(categorising.categorise([(c, s.category) for c, s in zip(courses, subjects, strict=True)], actor=ACTOR))
    runs = [
        run
        for course, subject in zip(courses, subjects, strict=True)
        for run in _runs(course, subject, college, town.dice, from_day, today)
    ]
    good(catalogue.publish_runs(provider, runs, actor=ACTOR))
    return provider


def _runs(
    course: Course, subject: Subject, college: College, dice: random.Random, from_day: dt.date, today: dt.date
) -> list[RunListing]:
    pounds = round(subject.pounds * (100 + college.dearer_percent + dice.randint(-8, 8)) / 500) * 5
    venue = VenueListing(f"{college.name}, main building", "1 College Road", college.town, college.postcode)
    starts = from_day + dt.timedelta(days=dice.randint(10, WEEKS_BETWEEN_RUNS * 7))
    runs = []
    while starts < today + dt.timedelta(weeks=WEEKS_AHEAD):
        ends = starts + dt.timedelta(days=max(1, subject.weeks * 7 - 5))
        runs.append(
            RunListing(
                course=course.identifier,
                identifier=starts.isoformat(),
                starts_on=starts,
                ends_on=ends,
                price=Price.of(pounds * 100),
                venue=None if subject.mode == "online" else venue,
                mode=Mode(subject.mode),
                pattern=Pattern(subject.pattern),
                places=dice.randint(8, 24),
            )
        )
        starts += dt.timedelta(weeks=WEEKS_BETWEEN_RUNS)
    return runs
