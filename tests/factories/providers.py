"""Providers, courses and runs in the situations that tests begin from."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import factory
from factory.django import DjangoModelFactory
from stdnum import iban

from accounts.models import User
from ledger import now, today
from providers.models import Accreditation, BankAccount, Course, CourseRun, Provider, Role, RunExtra, Staff, Venue


class ProviderFactory(DjangoModelFactory[Provider]):
    """A provider that may sell: active and accredited. `applied`, `suspended` and `unaccredited` may not."""

    class Meta:
        model = Provider
        skip_postgeneration_save = True

    class Params:
        applied = factory.Trait(state=Provider.State.APPLIED)
        suspended = factory.Trait(state=Provider.State.SUSPENDED)
        unaccredited = factory.Trait(accredited=False)
        is_new = factory.Trait(new_until=factory.LazyFunction(lambda: today() + timedelta(days=90)))

    name = factory.Sequence(lambda number: f"College {number}")
    ukprn = factory.Sequence(lambda number: f"1{number:07d}")
    identifier = factory.Sequence(lambda number: f"college-{number}")
    website = "https://college.example"
    state = Provider.State.ACTIVE
    registered_at = factory.LazyFunction(now)

    @factory.post_generation
    def accredited(self: Provider, create: bool, extracted: bool | None, **_: Any) -> None:
        if create and extracted is not False:
            AccreditationFactory(provider=self)


class VenueFactory(DjangoModelFactory[Venue]):
    class Meta:
        model = Venue

    provider = factory.SubFactory(ProviderFactory)
    name = factory.Sequence(lambda number: f"Campus {number}")
    street = "High Street"
    town = "Newbridge"
    postcode = "NB1 1AA"


class CourseFactory(DjangoModelFactory[Course]):
    """An accredited course of a provider that may sell. `unaccredited` and `withdrawn` cannot be sold."""

    class Meta:
        model = Course
        skip_postgeneration_save = True

    class Params:
        unaccredited = factory.Trait(accredited=False)
        withdrawn = factory.Trait(withdrawn_at=factory.LazyFunction(now))

    provider = factory.SubFactory(ProviderFactory)
    identifier = factory.Sequence(lambda number: f"course-{number}")
    title = factory.Sequence(lambda number: f"Computing for beginners {number}")
    category = "0611"
    level = 1
    published_at = factory.LazyFunction(now)

    @factory.post_generation
    def accredited(self: Course, create: bool, extracted: bool | None, **_: Any) -> None:
        if create and extracted is not False:
            AccreditationFactory(provider=None, course=self)


class CourseRunFactory(DjangoModelFactory[CourseRun]):
    """A run on sale for £120, starting in thirty days. `free`, `on_request`, `past` and `withdrawn` are not on sale."""

    class Meta:
        model = CourseRun

    class Params:
        free = factory.Trait(pricing=CourseRun.Pricing.FREE, price_minor=0)
        on_request = factory.Trait(pricing=CourseRun.Pricing.ON_REQUEST, price_minor=None, price_note="To be advised")
        past = factory.Trait(starts_on=factory.LazyFunction(lambda: today() - timedelta(days=200)))
        withdrawn = factory.Trait(withdrawn_at=factory.LazyFunction(now))

    course = factory.SubFactory(CourseFactory)
    identifier = factory.Sequence(lambda number: f"run-{number}")
    starts_on = factory.LazyFunction(lambda: today() + timedelta(days=30))
    ends_on = factory.LazyAttribute(lambda run: run.starts_on + timedelta(days=70))
    pattern = CourseRun.Pattern.EVENING
    pricing = CourseRun.Pricing.PRICED
    price_minor = 120_00
    currency = "GBP"
    published_at = factory.LazyFunction(now)


class RunExtraFactory(DjangoModelFactory[RunExtra]):
    """An exam for £40 that can be had with a run. `withdrawn` cannot be had any more."""

    class Meta:
        model = RunExtra

    class Params:
        withdrawn = factory.Trait(withdrawn_at=factory.LazyFunction(now))

    run = factory.SubFactory(CourseRunFactory)
    earmark = RunExtra.Earmark.EXAM
    title = factory.Sequence(lambda number: f"Certificate exam {number}")
    price_minor = 40_00
    published_at = factory.LazyFunction(now)


class AccreditationFactory(DjangoModelFactory[Accreditation]):
    """A provider's accreditation that holds today, without end; give `course` and `provider=None` for a course's."""

    class Meta:
        model = Accreditation

    provider = factory.SubFactory(ProviderFactory, unaccredited=True)
    issuer = "Quality Council"
    scope = "Adult learning"
    reference = factory.Sequence(lambda number: f"QC/{number}")
    valid_from = factory.LazyFunction(lambda: today() - timedelta(days=365))
    recorded_at = factory.LazyFunction(now)


class UserFactory(DjangoModelFactory[User]):
    """Somebody who can sign in with the password `a-password-to-try`."""

    class Meta:
        model = User

    email = factory.Sequence(lambda number: f"person-{number}@college.example")
    name = factory.Sequence(lambda number: f"Person {number}")

    @classmethod
    def _create(cls, model_class: type[User], *args: Any, **given: Any) -> User:
        return User.objects.create_user(password="a-password-to-try", **given)


class StaffFactory(DjangoModelFactory[Staff]):
    """Somebody who works for a provider, with every role unless told."""

    class Meta:
        model = Staff

    provider = factory.SubFactory(ProviderFactory)
    user = factory.SubFactory(UserFactory)
    roles = factory.LazyFunction(lambda: list(Role.values))
    joined_at = factory.LazyFunction(now)


class BankAccountFactory(DjangoModelFactory[BankAccount]):
    """A bank account in force, proposed by one and approved by another; each on their own provider and IBAN."""

    class Meta:
        model = BankAccount

    class Params:
        proposed = factory.Trait(state=BankAccount.State.PROPOSED, decided_by=None, decided_at=None)

    provider = factory.SubFactory(ProviderFactory)
    holder = "The College"
    iban = factory.Sequence(lambda number: _iban(f"TEST601613{number:08d}"))
    state = BankAccount.State.IN_FORCE
    proposed_by = factory.SubFactory(UserFactory)
    proposed_at = factory.LazyFunction(now)
    decided_by = factory.SubFactory(UserFactory)
    decided_at = factory.LazyFunction(now)


def _iban(inner: str) -> str:
    """A British IBAN with the right check digits."""
    return f"GB{iban.calc_check_digits(f'GB00{inner}')}{inner}"
