"""Filling: a college that may sell, and vouchers made out to it, so that a newcomer has something to redeem."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path

import ledger
from accounts import awarding, opening, people, schemes
from accounts.errors import SchemeExists
from accounts.models import LearningAccount, Scheme
from accounts.people import Person
from api import errors, keys
from api.models import Key
from api.scopes import Scope
from brokerage.requesting import quote_all
from config.ids import read_code, uuid7
from config.refusals import all_of, only
from ledger import Actor
from ledger.models import Book
from providers import accreditation, catalogue, categorising, registering
from providers.accreditation import Mark
from providers.listings import CourseListing, Price, RunListing
from providers.models import Course, CourseRun, Provider
from providers.registering import Application
from vouchers import confirmation, issuing
from vouchers.confirmation import Confirmation
from vouchers.errors import VoucherNotFound
from vouchers.issuing import Order
from vouchers.models import Factor, Milestone, MilestoneState, Voucher

ACTOR = Actor.system("api.sandbox")
MOST_AT_ONCE = 50
PRICE_MINOR = 120_00
COMPUTER_USE = "0611"
_COURSE = "sample-course"
_SCHEME = json.loads((Path(__file__).parent / "scheme.json").read_text())
# Learners of the sandbox read no mail: nothing is delivered in a domain that RFC 2606 keeps for nobody.
_DOMAIN = "sandbox.invalid"


def refuse_unless_sandbox() -> None:
    """Refuses `NothingHere` where the book is a real one."""
    if not Book.objects.filter(sandbox=True).exists():
        raise errors.NothingHere()


def open_college(name: str) -> tuple[Key, str]:
    """A college of that name that may sell, with a course, and a key with every scope; its plaintext is given once.

    Refuses `NothingHere`, and what `registering.register` does.
    """
    refuse_unless_sandbox()
    provider = only(registering.register([Application(name=name)], actor=ACTOR))
    provider = registering.activate(provider, ACTOR)
    yesterday = ledger.today() - dt.timedelta(days=1)
    only(accreditation.accredit_providers([Mark(provider, "Sandbox", yesterday)], actor=ACTOR))
    course = only(
        catalogue.publish_courses(
            provider,
            [CourseListing(identifier=_COURSE, title="Sample course", summary="Taught by nobody, for trying the API.")],
            actor=ACTOR,
        )
    )
    only(accreditation.accredit_courses([Mark(course, "Sandbox", yesterday)], actor=ACTOR))
    only(categorising.categorise([(course, COMPUTER_USE)], actor=ACTOR))
    return keys.issue(provider, scopes=list(Scope), name="Sandbox", actor=ACTOR)


def fill(provider: Provider, count: int) -> list[Voucher]:
    """Sample vouchers of £120 each, made out to `provider` and waiting to be accepted; their course began yesterday.

    Each belongs to a sample learner of its own. Several transactions, none of which undoes another: who is cut off
    asks again. Refuses `NothingHere`, and what keeps the provider from selling.
    """
    refuse_unless_sandbox()
    run = _run(provider)
    accounts = _learning_accounts(count)
    quotes = quote_all([(account, run) for account in accounts])
    orders = [
        Order(account, run, quote.split, quote.rule_version, reference=f"sandbox:{account.pk}")
        for account in accounts
        for quote in [quotes[account.pk, run.pk]]
    ]
    return all_of(issuing.reserve(orders, actor=ACTOR))


def confirm(code: str, *, by: Provider) -> tuple[Voucher, list[Milestone]]:
    """The sample learner of this voucher confirms what was declared and waits for them; what was confirmed.

    Anywhere else a learner does this themselves, in their own session and never through the provider. A voucher of
    any other scheme is refused as if it did not exist: `VoucherNotFound`.
    """
    refuse_unless_sandbox()
    mine = Voucher.objects.made_out_to(by).filter(
        learning_account__scheme__slug=_SCHEME["slug"], code=read_code(code) or ""
    )
    voucher = mine.select_related("learner").first()
    if voucher is None:
        raise VoucherNotFound(field="voucher")
    waiting = voucher.milestones.filter(state=MilestoneState.DECLARED).order_by("number")
    words = [Confirmation(voucher.pk, milestone.number, Factor.PASSWORD) for milestone in waiting]
    confirmed = all_of(confirmation.confirm(words, learner=voucher.learner, actor=ACTOR))
    voucher.refresh_from_db()  # the last of its milestones may have closed it
    return voucher, confirmed


def _run(provider: Provider) -> CourseRun:
    """A run of the provider's sample course that began yesterday, so that a start can be declared today."""
    yesterday = ledger.today() - dt.timedelta(days=1)
    listing = RunListing(
        course=_COURSE,
        identifier=yesterday.isoformat(),
        starts_on=yesterday,
        ends_on=yesterday + dt.timedelta(days=70),
        price=Price.of(PRICE_MINOR),
        apply_until=yesterday + dt.timedelta(days=14),
    )
    course = Course.objects.filter(provider=provider, identifier=_COURSE).first()
    if course is None:
        raise errors.NoSandboxCollege()
    return only(catalogue.publish_runs(provider, [listing], actor=ACTOR))


def _learning_accounts(count: int) -> list[LearningAccount]:
    scheme = _scheme()
    learners = people.sign_up_learners(
        [
            Person(
                email=f"{uuid7().hex}@{_DOMAIN}",
                given_name="Sample",
                family_name="Learner",
                date_of_birth=dt.date(1990, 5, 1),
                residence="wales",
            )
            for _ in range(count)
        ],
        actor=ACTOR,
    )
    opened = all_of(opening.open_learning_accounts([(learner, scheme) for learner in learners], actor=ACTOR))
    schemes.pay_in(scheme, count * _SCHEME["rules"]["awards"][0]["amount_minor"], reference=str(uuid7()), actor=ACTOR)
    all_of(awarding.award(opened, actor=ACTOR))
    return opened


def _scheme() -> Scheme:
    found = Scheme.objects.filter(slug=_SCHEME["slug"]).first()
    if found is not None:
        return found
    try:
        return schemes.set_up(_SCHEME, actor=ACTOR)
    except SchemeExists:  # somebody else was first
        return Scheme.objects.get(slug=_SCHEME["slug"])
