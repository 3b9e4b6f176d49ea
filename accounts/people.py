"""People: somebody signs up as a learner, or chooses the language that they read."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Sequence
from dataclasses import dataclass

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.utils.translation import gettext_lazy as _

import ledger
from accounts import errors, events
from accounts.circumstances import Benefit, Employment, Need, Residence
from accounts.models import Learner, User
from config.refusals import Sentence
from config.walls import walled_by
from ledger import Actor

# What no name has: control characters, which a database or a terminal acts on, and those that turn text around.
_HOSTILE = re.compile(r"[\x00-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")
_NOT_A_LINE = _("a name has 1 to {most} characters, on one line.")
NAME_MOST = 79  # two of them and a space fit a user's whole name
POSTCODE_MOST = 10
EMAIL_MOST = 254


@dataclass(frozen=True, slots=True)
class Person:
    """Who signs up. `password` is a hash made already, so that a whole cohort does not wait for hashing; the default
    is one that no password has."""

    email: str
    given_name: str
    family_name: str
    date_of_birth: dt.date
    residence: str
    postcode: str = ""
    qualification_level: int | None = None
    employment: str = ""
    benefits: tuple[str, ...] = ()
    needs: tuple[str, ...] = ()
    income_minor: int | None = None
    password: str = "!"


def sign_up_learners(people: Sequence[Person], *, actor: Actor) -> list[Learner]:
    """A user and a learner for each, all or none, in the order of `people`.

    Refuses `PersonInvalid` and `EmailTaken`, whose `field` names the first that cannot be taken.
    """
    with transaction.atomic():
        today = ledger.today()
        for place, person in enumerate(people):
            _check(person, f"people[{place}]", today)
        _check_emails(people)
        taken = errors.EmailTaken(field="email")
        with walled_by({"one_user_an_email": taken, "accounts_user_email_key": taken}, savepoint=False):
            users = User.objects.bulk_create(
                User(
                    email=person.email.lower(),
                    name=f"{person.given_name} {person.family_name}".strip(),
                    password=person.password,
                )
                for person in people
            )
        learners = Learner.objects.bulk_create(
            _learner(user, person) for user, person in zip(users, people, strict=True)
        )
        ledger.record(
            *(events.LEARNER_SIGNED_UP.by(actor, subject=learner.subject, user=learner.user_id) for learner in learners)
        )
    return learners


def choose_language(user: User, language: str, *, actor: Actor) -> None:
    """Pages and letters are in this language from now on, such as "cy"; nothing happens where they are already.

    Refuses `LanguageUnknown`. `user` has it when it returns.
    """
    known = dict(settings.LANGUAGES)
    if language not in known:
        raise errors.LanguageUnknown(field="language", known=", ".join(known))
    with transaction.atomic():
        if User.objects.filter(pk=user.pk).exclude(language=language).update(language=language):
            ledger.record(events.LANGUAGE_CHOSEN.by(actor, subject=f"user:{user.pk}"))
    user.language = language


def _learner(user: User, person: Person) -> Learner:
    return Learner(
        user=user,
        given_name=person.given_name,
        family_name=person.family_name,
        date_of_birth=person.date_of_birth,
        residence=person.residence,
        postcode=person.postcode,
        qualification_level=person.qualification_level,
        employment=person.employment,
        benefits=list(person.benefits),
        needs=list(person.needs),
        income_minor=person.income_minor,
    )


def _check(person: Person, where: str, today: dt.date) -> None:
    def refuse(field: str, why: Sentence) -> errors.PersonInvalid:
        return errors.PersonInvalid(field=f"{where}.{field}", why=why)

    try:
        validate_email(person.email)
    except ValidationError:
        raise refuse("email", _("an e-mail looks like name@example.org.")) from None
    if len(person.email) > EMAIL_MOST:
        raise refuse("email", _("this e-mail is too long."))
    for field in ("given_name", "family_name"):
        name = getattr(person, field)
        if not name.strip() or len(name) > NAME_MOST or _HOSTILE.search(name):
            raise refuse(field, str(_NOT_A_LINE).format(most=NAME_MOST))
    if len(person.postcode) > POSTCODE_MOST or _HOSTILE.search(person.postcode):
        raise refuse("postcode", _("a postcode has up to 10 characters."))
    if not today - dt.timedelta(days=130 * 366) < person.date_of_birth < today:
        raise refuse("date_of_birth", _("this is not a day on which somebody who lives was born."))
    for field, value, known in (
        ("residence", person.residence, Residence.values),
        ("employment", person.employment, Employment.values),
    ):
        if value not in known:
            raise refuse(field, _("choose one of the list."))
    if not set(person.benefits) <= set(Benefit.values):
        raise refuse("benefits", _("choose from the list."))
    if not set(person.needs) <= set(Need.values):
        raise refuse("needs", _("choose from the list."))
    if person.qualification_level is not None and not 0 <= person.qualification_level <= 8:
        raise refuse("qualification_level", _("levels are from 0 to 8."))
    if person.income_minor is not None and person.income_minor < 0:
        raise refuse("income_minor", _("an income is not negative."))


def _check_emails(people: Sequence[Person]) -> None:
    emails = [person.email.lower() for person in people]
    taken = set(User.objects.filter(email__in=emails).values_list("email", flat=True))
    for place, email in enumerate(emails):
        if email in taken:
            raise errors.EmailTaken(field=f"people[{place}].email")
        taken.add(email)
