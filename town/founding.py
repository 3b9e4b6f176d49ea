"""Founding: the town's schemes, colleges, courses and guidance organisations, made through the rooms' own functions."""

from __future__ import annotations

import datetime as dt
import random
from dataclasses import dataclass, field
from uuid import UUID

from django.conf import settings

from accounts import schemes
from accounts.models import Learner, Scheme, SchemeManager, User
from accounts.scheme_files import preset
from brokerage.models import Adviser
from brokerage.organisations import marking
from config.bulk import write_back
from config.refusals import all_of, only
from ledger import Actor
from providers import accreditation, banking, catalogue, categorising, registering, staffing
from providers.accreditation import Mark
from providers.gathering import gather_words
from providers.listings import CourseListing, Mode, Pattern, Price, RunListing, VenueListing
from providers.models import Course, Provider, Role
from providers.registering import Application
from town.places import COLLEGES, COURSES, GUIDANCE, College, Subject

ACTOR = Actor.system("town")
# She keeps her money for the story.
HEROINE = f"sioned@{settings.DEMO_DOMAIN}"
SCHEMES = {"wales": "ila-wales-2003", "england": "ila-england-2000"}
MANAGERS = ("Ffion Bevan", "Idris Lloyd")
# Who works at the first of the colleges, and where it is paid: what one of them proposes the other approves.
STAFF = ("Menna Howell", "Tomos Vaughan")
IBAN = "GB33 BUKB 2020 1555 5555 55"
POT_MINOR = 40_000_000
WEEKS_BETWEEN_RUNS = 8
WEEKS_AHEAD = 30
COURSES_A_COLLEGE = 20
LEARNERS_AN_ADVISER = 60
NIGHT_TELEPHONE = "01990 555 099"


@dataclass(slots=True)
class Town:
    """What the town's life needs to know of it."""

    dice: random.Random
    schemes: dict[str, Scheme] = field(default_factory=dict)
    advisers: dict[str, list[Adviser]] = field(default_factory=dict)
    # In which nation each college of the town teaches.
    nations: dict[UUID, str] = field(default_factory=dict)
    people: int = 0


def known(dice: random.Random) -> Town:
    """The town that is there already."""
    nations = {college.name: college.nation for college in COLLEGES}
    town = Town(
        dice,
        schemes={nation: Scheme.objects.get(slug=slug) for nation, slug in SCHEMES.items()},
        nations={pk: nations[name] for pk, name in Provider.objects.filter(name__in=nations).values_list("pk", "name")},
        people=Learner.objects.count(),
    )
    for adviser in Adviser.objects.select_related("organisation").order_by("id"):
        _telephone, nation, _names = GUIDANCE[adviser.organisation.name]
        town.advisers.setdefault(nation, []).append(adviser)
    return town


def found(dice: random.Random, *, from_day: dt.date, today: dt.date, password: str, domain: str) -> Town:
    """Everything that is there before the first learner comes; runs from `from_day` to some months after `today`."""
    for slug in SCHEMES.values():
        scheme = schemes.set_up(preset(slug), actor=ACTOR)
        schemes.pay_in(scheme, POT_MINOR, reference="the first year", actor=ACTOR)
    _appoint_managers(password, domain)
    _open_guidance(password, domain, from_day)
    for college in COLLEGES:
        _open_college(college, dice, from_day, today)
    _staff(Provider.objects.get(ukprn=COLLEGES[0].ukprn), password, domain)
    gather_words()
    return known(dice)


def _appoint_managers(password: str, domain: str) -> None:
    """Two people run both schemes: what one proposes the other approves."""
    for full_name in MANAGERS:
        email = f"{full_name.split()[0].lower()}@{domain}"
        user = User.objects.create(email=email, name=full_name, password=password)
        SchemeManager.objects.create(user=user, sets_up=True).schemes.set(Scheme.objects.all())


def _open_guidance(password: str, domain: str, from_day: dt.date) -> None:
    """Each has a quality mark, office hours, and somebody who leads: the first of its advisers."""
    for number, (name, (telephone, _nation, names)) in enumerate(GUIDANCE.items(), start=1):
        organisation = marking.open_organisation(name, actor=ACTOR)
        days = from_day - dt.timedelta(days=30), from_day + dt.timedelta(days=3 * 365)
        marking.record_mark(organisation, marking.Mark("matrix Standard", f"MX {4700 + number}", *days), actor=ACTOR)
        night = NIGHT_TELEPHONE if number == 1 else ""
        hours = marking.Details(telephone, night, 0, 4, dt.time(9), dt.time(17), LEARNERS_AN_ADVISER)
        marking.change_details(organisation, hours, actor=ACTOR)
        team: list[Adviser] = []
        for full_name in names:
            email = f"{full_name.split()[0].lower()}@{domain}"
            user = User.objects.create(email=email, name=full_name, password=password)
            team.append(Adviser.objects.create(user=user, organisation=organisation, leads=not team))
        for adviser, cover in zip(team, team[1:] + team[:1], strict=True):
            adviser.cover = cover
        write_back(team, "cover")


def _open_college(college: College, dice: random.Random, from_day: dt.date, today: dt.date) -> None:
    provider = only(registering.register([Application(name=college.name, ukprn=college.ukprn)], actor=ACTOR))
    provider = registering.activate(provider, ACTOR)
    all_of(
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
    all_of(
        accreditation.accredit_courses(
            [Mark(c, "Town Quality Board", from_day - dt.timedelta(days=30)) for c in courses], actor=ACTOR
        )
    )
    all_of(categorising.categorise([(c, s.category) for c, s in zip(courses, subjects, strict=True)], actor=ACTOR))
    runs = [
        run
        for course, subject in zip(courses, subjects, strict=True)
        for run in _runs(course, subject, college, dice, from_day, today)
    ]
    all_of(catalogue.publish_runs(provider, runs, actor=ACTOR))


def _staff(college: Provider, password: str, domain: str) -> None:
    """One looks after the organisation and its money, the other after everything; both agree where it is paid."""
    menna, tomos = (
        User.objects.create(email=f"{full_name.split()[0].lower()}@{domain}", name=full_name, password=password)
        for full_name in STAFF
    )
    manager = SchemeManager.objects.earliest("user__date_joined")
    first = staffing.invite_administrator(college, menna.email, user=manager.user_id, actor=ACTOR)
    administrator = staffing.accept(first.token, user=menna.pk, actor=ACTOR)
    second = staffing.invite(tomos.email, Role.values, by=administrator, actor=ACTOR)
    colleague = staffing.accept(second.token, user=tomos.pk, actor=ACTOR)
    staffing.change_roles(administrator.pk, [Role.ADMINISTRATOR, Role.MONEY], by=administrator, actor=ACTOR)
    proposed = banking.propose(college.name, IBAN, by=colleague, actor=ACTOR)
    banking.approve(proposed.pk, by=administrator, actor=ACTOR)


def _runs(
    course: Course, subject: Subject, college: College, dice: random.Random, from_day: dt.date, today: dt.date
) -> list[RunListing]:
    pounds = round(subject.pounds * (100 + college.dearer_percent + dice.randint(-8, 8)) / 500) * 5
    where = (college.town, college.postcode, college.latitude, college.longitude)
    venue = VenueListing(f"{college.name}, main building", "1 College Road", *where)
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
