"""Filling: a year of the town's life, with a fixed seed and a progress bar."""

from __future__ import annotations

import datetime as dt
import random

from allauth.account.models import EmailAddress
from django.conf import settings
from django.contrib.auth.hashers import make_password
from rich.console import Console
from rich.progress import Progress

import ledger
from accounts.models import LearningAccount, User
from accounts.people import Person
from ledger import clock, feed
from town import groups, hearing, life, newcomers, planning, referring, talks, telling, voice
from town.founding import Town, found
from town.paying import open_bank_accounts

SEED = 2000
AMINA = f"amina@{settings.DEMO_DOMAIN}"
FORTNIGHTS = 26
FIRST, EACH_TIME, REQUESTS = 70, 9, 10


def guests() -> list[Person]:
    """The learners whom a visitor can sign in as. Sioned is the one of the story."""
    password = make_password(settings.DEMO_PASSWORD)

    def guest(given: str, family: str, born: int, nation: str, level: int, *benefits: str) -> Person:
        return Person(
            email=f"{given.lower()}@{settings.DEMO_DOMAIN}",
            given_name=given,
            family_name=family,
            date_of_birth=dt.date(born, 5, 17),
            residence=nation,
            postcode="LL91 2AB" if nation == "wales" else "TB1 2NP",
            qualification_level=level,
            employment="employed",
            benefits=benefits,
            password=password,
        )

    return [
        guest("Sioned", "Parry", 1989, "wales", 2, "working_tax_credit"),
        guest("Amina", "Yusuf", 1994, "wales", 1, "jobseekers_allowance"),
        guest("Grace", "Whitlow", 1978, "england", 3),
    ]


def fill(console: Console) -> Town:
    """Found the town a year ago and let it live to this day. Its clock shows the real time when it is done."""
    began = ledger.now()
    dice = random.Random(SEED)
    first_day = began - FORTNIGHTS * life.FORTNIGHT
    clock.move_to(first_day)
    with Progress(console=console, transient=True) as progress:
        task = progress.add_task("A year in the life of a town", total=FORTNIGHTS + 2)
        town = found(
            dice,
            from_day=first_day.date(),
            today=began.date(),
            password=make_password(settings.DEMO_PASSWORD),
            domain=settings.DEMO_DOMAIN,
        )
        open_bank_accounts(make_password(settings.DEMO_PASSWORD), settings.DEMO_DOMAIN)
        progress.advance(task, 2)
        life.come(town, FIRST)
        for number in range(FORTNIGHTS):
            starting = first_day + number * life.FORTNIGHT
            if number == FORTNIGHTS - 8:
                clock.move_to(starting)
                _welcome_guests(town)
            if number == FORTNIGHTS - 4:
                clock.move_to(starting)
                voice.propose_letters(town)
            if number == FORTNIGHTS - 1:
                clock.move_to(starting)
                voice.answer_letters(town)
            if number == FORTNIGHTS - 3:
                clock.move_to(starting)
                life.ask_for_one(AMINA, most_minor=9000)
            if number in (3, 7):
                clock.move_to(starting)
                life.ask_together()
            if number >= FORTNIGHTS - 6:
                clock.move_to(starting)
                hearing.ask_and_answer()
            life.fortnight(town, starting, newcomers=EACH_TIME, requests=REQUESTS)
            progress.advance(task)
    clock.reset()
    newcomers.arrive()
    newcomers.keep_organisations()
    hearing.read_and_answer(town)
    # A year of e-mails would bury those of the story.
    feed.start_from_now("mail")
    return town


def morning(town: Town) -> None:
    """Today: one guest has told her story and been answered by her adviser, and people have asked overnight."""
    telling.tell(AMINA)
    talks.arrange()
    groups.gather(AMINA)
    voice.morning(town)
    planning.plan_with_adviser(AMINA)
    referring.refer(AMINA)
    life.ask_for_one(AMINA, most_minor=9000)
    life.answer(town)
    life.ask(town, 16)


def live_until(town: Town, moment: dt.datetime) -> None:
    """Let the town live on, a fortnight at a time, until its clock shows `moment`."""
    while (now := ledger.now()) + life.FORTNIGHT <= moment:
        life.fortnight(town, now, newcomers=4, requests=10)
        clock.move_to(now + life.FORTNIGHT)
    clock.move_to(moment)


def _welcome_guests(town: Town) -> list[LearningAccount]:
    accounts = life.come(town, 0, guests())
    people = User.objects.filter(email__endswith=f"@{settings.DEMO_DOMAIN}")
    EmailAddress.objects.bulk_create(
        EmailAddress(user=person, email=person.email, verified=True, primary=True) for person in people
    )
    return accounts
