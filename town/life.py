"""Life: a fortnight of the town, each step through the rooms' own functions, set-wise."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Callable, Iterable

from django.conf import settings
from django.db import transaction
from django.db.models import Q, QuerySet

import ledger
from accounts import awarding, cohorts, opening, people, purses
from accounts.models import LearningAccount
from accounts.people import Person
from brokerage import assigning, buying, consulting, deciding, requesting
from brokerage.changing import Change
from brokerage.deciding import Ruling
from brokerage.models import WAITING, Channel, Outcome, Policy, ReasonCode, Request, RequestState
from brokerage.requesting import Draft
from config.refusals import all_of
from ledger import Actor, clock
from payments import refunds
from payments.models import CardRefund, SandboxDelivery
from payments.sandbox import deliveries, paying
from payments.sandbox import paying_out as sandbox_paying_out
from payments.sandbox.paying import Card
from providers.models import CourseRun, Provider
from town.founding import ACTOR, HEROINE, Town
from town.paying import pay_colleges
from town.places import FAMILY_NAMES, GIVEN_NAMES
from vouchers import confirmation, copayment, delivery, ending, redemption
from vouchers.cards import paying_out
from vouchers.confirmation import Confirmation
from vouchers.delivery import Declaration
from vouchers.models import Factor, Milestone, MilestoneState, State, Voucher, VoucherQuerySet
from vouchers.redemption import Line

POPULAR, TOGETHER = "Moving people safely", 18
FORTNIGHT = dt.timedelta(days=14)
CHANNELS = [Channel.PHONE, Channel.VIDEO, Channel.IN_PERSON, Channel.DROP_IN]
OUT_OF_WORK = [("jobseekers_allowance",), ("jobseekers_allowance",), ("income_support",), ("income_support",)]
BENEFITS = [(), ("working_tax_credit",), ("housing_benefit",), *OUT_OF_WORK]
ADVICE = [
    ("The evening group is a better fit with your shifts.", ReasonCode.CIRCUMSTANCES),
    ("Level 1 first would make this one easier.", ReasonCode.TOO_HARD),
    ("The same course costs less at the next college.", ReasonCode.PRICE),
]


def fortnight(town: Town, starting: dt.datetime, *, newcomers: int, requests: int) -> None:
    """Two weeks: people come, ask, are advised, buy and pay; colleges accept, teach and are paid; clocks run out."""
    day = dt.timedelta(days=1)
    steps: list[tuple[int, Callable[[], object]]] = [
        (0, lambda: come(town, newcomers)),
        (0, lambda: ask(town, requests)),
        (1, lambda: answer(town)),
        (2, lambda: buy(town)),
        (2, lambda: pay(town)),
        (4, lambda: accept(town)),
        (6, lambda: teach(town)),
        (8, lambda: confirm(town)),
        (10, redeem),
        (12, lambda: pay_colleges(town)),
        (13, run_out),
        (13, give_back),
        (13, pay_out_cards),
    ]
    for days, step in steps:
        clock.move_to(starting + days * day)
        step()


def come(town: Town, newcomers: int, guests: Iterable[Person] = ()) -> list[LearningAccount]:
    """People sign up, open an account in their nation's scheme, get their award and a named adviser."""
    persons = [*guests, *(_person(town, place) for place in range(newcomers))]
    if not persons:
        return []
    learners = people.sign_up_learners(persons, actor=ACTOR)
    wanted = [(learner, town.schemes[learner.residence]) for learner in learners]
    opened = opening.open_learning_accounts(wanted, actor=ACTOR)
    accounts = [account for account in opened if isinstance(account, LearningAccount)]
    for scheme in town.schemes.values():
        theirs = [account for account in accounts if account.scheme_id == scheme.pk]
        for kind in cohorts.kinds(scheme):
            awarding.award(theirs, kind, actor=ACTOR)
    for nation, advisers in town.advisers.items():
        mine = [learner for learner in learners if learner.residence == nation]
        town.dice.shuffle(advisers)
        assigning.name_advisers(mine, advisers)
    return accounts


def ask(town: Town, requests: int) -> None:
    """Some who have money left ask for a course that starts soon."""
    today = ledger.today()
    ready = list(_ready())
    soon = CourseRun.objects.on_sale(today).filter(starts_on__lte=today + dt.timedelta(weeks=9))
    runs = list(
        soon.filter(price_minor__lte=26000, starts_on__gte=today + dt.timedelta(days=6))
        .select_related("course__provider", "venue")
        .order_by("id")
    )
    by_nation: dict[str, list[CourseRun]] = defaultdict(list)
    for run in runs:
        by_nation[town.nations.get(run.course.provider_id, "")].append(run)
    drafts = [
        Draft(account, town.dice.choice(by_nation[account.learner.residence]), town.dice.choice(NOTES))
        for account in town.dice.sample(ready, min(requests, len(ready)))
        if by_nation[account.learner.residence]
    ]
    requesting.submit(drafts, actor=ACTOR)


def ask_together() -> None:
    """Many ask for one course: what became of them can be told beside it half a year later, being so many."""
    popular = CourseRun.objects.on_sale(ledger.today()).filter(course__title=POPULAR)
    run = popular.select_related("course__provider", "venue").order_by("starts_on", "id").first()
    if run is not None:
        ready = _ready().filter(learner__residence="wales").exclude(requests__run__course=run.course)
        requesting.submit([Draft(account, run) for account in ready[:TOGETHER]], actor=ACTOR)


def ask_for_one(email: str, *, most_minor: int) -> None:
    """One person asks for the first course that starts near them and that their account can pay."""
    account = LearningAccount.objects.select_related("learner", "scheme").get(learner__user__email=email)
    today = ledger.today()
    near = CourseRun.objects.on_sale(today).filter(
        course__provider__name="Coleg y Foryd", price_minor__lte=most_minor, starts_on__gte=today + dt.timedelta(days=5)
    )
    new = near.exclude(course__in=CourseRun.objects.filter(requests__learning_account=account).values("course"))
    run = new.select_related("course__provider", "venue").order_by("starts_on", "id").first()
    if run is not None:
        requesting.submit([Draft(account, run, "I want to go back to work in the spring.")], actor=ACTOR)


def answer(town: Town) -> None:
    """Advisers talk with those who wait, and answer as far as the policy lets them."""
    waiting = Request.objects.filter(state__in=WAITING, voucher=None).exclude(policy=Policy.OPEN)
    for request in waiting.select_related("adviser").order_by("id"):
        assert request.adviser is not None  # every request has one from the start
        actor = Actor.user(request.adviser.user_id)
        consulting.hold(
            request.pk,
            by=request.adviser,
            channel=town.dice.choice(CHANNELS),
            minutes=town.dice.randint(8, 45),
            note="What the course leads to, how it fits with work and family, and what it costs.",
            actor=actor,
        )
        deciding.decide(_ruling(request, town), by=request.adviser, actor=actor)


def buy(town: Town) -> None:
    """Most go ahead once they may, some against the advice; the learner decides."""
    now = ledger.now()
    could = Request.objects.filter(voucher=None).filter(
        state__in=[RequestState.SUBMITTED, RequestState.APPROVED, RequestState.ADVISED_OTHERWISE]
    )
    willing = [
        request.pk
        for request in could.order_by("id")
        if buying.may_buy(request, now) is None and town.dice.random() < 0.9
    ]
    buying.buy(willing, learner=None, actor=ACTOR)


def pay(town: Town) -> None:
    """Learners pay their share on the sandbox's page."""
    for voucher in Voucher.objects.filter(state=State.RESERVED).order_by("id"):
        if town.dice.random() < 0.94:
            with transaction.atomic():
                checkout = copayment.begin(voucher, success_url="/", cancel_url="/", actor=ACTOR)
                paying.pay(checkout.gateway_id, Card.GOOD)
                _hear_from_the_gateway()


def give_back() -> None:
    """What comes back to cards arrives."""
    for refund in CardRefund.objects.unsent().order_by("id").values_list("pk", flat=True):
        with transaction.atomic():
            refunds.send(refund)
            _hear_from_the_gateway()


def pay_out_cards() -> None:
    """The sandbox pays out what it holds, and each scheme has its share."""
    with transaction.atomic():
        sandbox_paying_out.pay_out()
        _hear_from_the_gateway()
    paying_out.follow(actor=ACTOR)


def accept(town: Town) -> None:
    """Colleges accept those who come; now and then a course is full."""
    for provider, vouchers in _by_provider(
        Voucher.objects.filter(state=State.ISSUED, accept_by__gt=ledger.now())
    ).items():
        full = [voucher.code for voucher in vouchers if town.dice.random() < 0.03]
        if full:
            delivery.decline(full, by=provider, actor=_college(provider))
        if welcome := [voucher.code for voucher in vouchers if voucher.code not in full]:
            all_of(list(delivery.accept(welcome, by=provider, actor=_college(provider))))


def teach(town: Town) -> None:
    """Courses start and end, and the colleges say so; some learners never come, some do not stay."""
    today = ledger.today()
    starting = Q(state=State.ACCEPTED, run__starts_on__lte=today)
    over = Q(state=State.STARTED, run__ends_on__lte=today)
    due = Voucher.objects.filter(starting | over, control="clear").select_related("run")
    for provider, vouchers in _by_provider(due).items():
        declared = [
            Declaration(voucher.code, 1, voucher.run.starts_on)
            if voucher.state == State.ACCEPTED
            else Declaration(voucher.code, 2, voucher.run.ends_on)
            for voucher in vouchers
            if town.dice.random() < 0.92
        ]
        if declared:
            all_of(list(delivery.declare(declared, by=provider, actor=_college(provider))))


def confirm(town: Town) -> None:
    """Most learners confirm in their own session; some leave it."""
    declared = (
        Milestone.objects.filter(state=MilestoneState.DECLARED, voucher__control="clear")
        .exclude(voucher__learner__user__email__endswith=f"@{settings.DEMO_DOMAIN}")
        .order_by("id")
    )
    confirmed = [
        Confirmation(milestone.voucher_id, milestone.number, Factor.PASSWORD)
        for milestone in declared
        if town.dice.random() < 0.93
    ]
    confirmation.confirm(confirmed, learner=None, actor=ACTOR)


def redeem() -> None:
    """Colleges redeem what has been confirmed."""
    due = Voucher.objects.filter(milestones__state=MilestoneState.CONFIRMED, control="clear").distinct()
    for provider, vouchers in _by_provider(due.filter(state__in=[State.STARTED, State.COMPLETED])).items():
        redemption.redeem([Line(voucher.code) for voucher in vouchers], by=provider, actor=_college(provider))


def run_out() -> None:
    """What the clock does by itself."""
    confirmation.confirm_by_silence(actor=ACTOR)
    ending.lapse(actor=ACTOR)
    ending.expire(actor=ACTOR)
    purses.expire(actor=ACTOR)


NOTES = [
    "",
    "",
    "I would like to go back to work after the summer.",
    "My manager says I could do the books if I had this.",
    "I have not been in a classroom for twenty years.",
    "Mornings are best: the children are at school.",
    "I want to start something of my own.",
]


def _ready() -> QuerySet[LearningAccount]:
    """Those who wait for nothing."""
    busy = Request.objects.filter(voucher=None).exclude(state__in=["withdrawn", "declined", "upheld"])
    accounts = LearningAccount.objects.select_related("learner", "scheme").exclude(learner__user__email=HEROINE)
    return accounts.exclude(pk__in=busy.values("learning_account")).order_by("id")


def _ruling(request: Request, town: Town) -> Ruling:
    against = Outcome.DECLINE if request.policy == Policy.STRUCTURED else Outcome.ADVISE_OTHERWISE
    if town.dice.random() < 0.85:
        return Ruling(request.pk, Outcome.APPROVE, "A good next step.")
    words, code = town.dice.choice(ADVICE)
    if request.policy == Policy.STRUCTURED and code == ReasonCode.PRICE and (run := _cheaper(request)):
        return Ruling(request.pk, Outcome.APPROVE_CHANGED, words, [code], change=Change(run.pk))
    return Ruling(request.pk, against, words, [code])


def _cheaper(request: Request) -> CourseRun | None:
    """The cheapest run of a like course that the learner has not asked for."""
    like = CourseRun.objects.on_sale(ledger.today()).filter(
        course__category=request.run.course.category, price_minor__lt=request.price_minor, currency=request.currency
    )
    return like.exclude(requests__learning_account=request.learning_account_id).order_by("price_minor", "id").first()


def _person(town: Town, place: int) -> Person:
    nation = "wales" if place % 5 < 3 else "england"
    given, family = town.dice.choice(GIVEN_NAMES[nation]), town.dice.choice(FAMILY_NAMES[nation])
    town.people += 1
    return Person(
        email=f"{given}.{family}.{town.people}@people.waymark.example".lower(),
        given_name=given,
        family_name=family,
        date_of_birth=dt.date(town.dice.randint(1955, 2004), town.dice.randint(1, 12), town.dice.randint(1, 28)),
        residence=nation,
        postcode="LL91 2AB" if nation == "wales" else "TB1 2NP",
        qualification_level=town.dice.choice([0, 1, 1, 2, 2]) if nation == "wales" else town.dice.choice([1, 2, 3, 4]),
        employment=town.dice.choice(["employed", "employed", "unemployed", "self_employed", "inactive"]),
        benefits=town.dice.choice(BENEFITS),
    )


def _hear_from_the_gateway() -> None:
    """The webhooks owed in this transaction; a worker, which would post them too, finds nothing left to do."""
    for owed in SandboxDelivery.objects.filter(delivered_at=None, attempts=0).values_list("pk", flat=True):
        deliveries.deliver(owed, post=lambda body, signature: 422 if copayment.hear(body, signature) else 200)


def _college(provider: Provider) -> Actor:
    return Actor(id=f"system:town.{provider.pk}", acting_for=f"provider:{provider.pk}")


def _by_provider(vouchers: VoucherQuerySet) -> dict[Provider, list[Voucher]]:
    grouped: dict[Provider, list[Voucher]] = defaultdict(list)
    for voucher in vouchers.select_related("provider").order_by("id"):
        grouped[voucher.provider].append(voucher)
    return grouped
