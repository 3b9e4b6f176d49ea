"""People: somebody signs up as a learner."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from django.db import transaction

import ledger
from accounts import events
from accounts.models import Learner, User
from ledger import Actor


@dataclass(frozen=True, slots=True)
class Person:
    """Who signs up. `password` is a hash made already, so that a whole cohort does not wait for hashing."""

    email: str
    given_name: str
    family_name: str
    date_of_birth: dt.date
    residence: str
    postcode: str = ""
    qualification_level: int | None = None
    employment: str = ""
    benefits: tuple[str, ...] = ()
    password: str = "!"


def sign_up_learners(people: Sequence[Person], *, actor: Actor) -> list[Learner]:
    """A user and a learner for each, all or none; an e-mail that is taken raises IntegrityError."""
    with transaction.atomic():
        users = User.objects.bulk_create(
            User(email=person.email.lower(), name=f"{person.given_name} {person.family_name}", password=person.password)
            for person in people
        )
        learners = Learner.objects.bulk_create(
            Learner(
                user=user,
                given_name=person.given_name,
                family_name=person.family_name,
                date_of_birth=person.date_of_birth,
                residence=person.residence,
                postcode=person.postcode,
                qualification_level=person.qualification_level,
                employment=person.employment,
                benefits=list(person.benefits),
            )
            for user, person in zip(users, people, strict=True)
        )
        ledger.record(
            *(events.LEARNER_SIGNED_UP.by(actor, subject=learner.subject, user=learner.user_id) for learner in learners)
        )
    return learners
