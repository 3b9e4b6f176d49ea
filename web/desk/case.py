"""What is needed to decide on one request, gathered for one page."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.core.cache import cache
from django.db.models import Count, Q

import ledger
from accounts.forecasting import Runway
from accounts.models import Learner, Scheme
from accounts.pricing import Split
from accounts.wording.groups import conditions
from accounts.wording.sentence import Speaker
from brokerage.advocacy.models import GoodWord
from brokerage.changing import change_of
from brokerage.deciding_models import Terms
from brokerage.flagging import Flag, flags_of
from brokerage.models import Consultation, Decision, Request
from brokerage.requoting import Now, now_of
from providers.categories import category_name
from providers.models import CourseRun
from providers.nearby import KM_A_MILE, km_between, locate
from providers.peers import Peers, price_against_peers
from vouchers.budget import figures, runway
from vouchers.holdings import holdings
from vouchers.models import Outcome, State, Voucher
from web.desk.proofs import Row, proofs_of

OFFERS = 4
BOOKS_KEPT = 600
"""Seconds: a scheme's books are summed over all its learners, and the desk opens one request after another."""


@dataclass(frozen=True, slots=True)
class History:
    """What became of a learner's earlier vouchers, and of what they asked for before."""

    completed: int
    under_way: int
    not_taken_up: int


@dataclass(frozen=True, slots=True)
class Offer:
    """Another run that the learner could take; `miles` is None where the way is not known or nobody has to go."""

    run: CourseRun
    miles: int | None


@dataclass(frozen=True, slots=True)
class Budget:
    """Whether the scheme can pay this, how much of its money is gone, and when it runs out.

    `pays`: what is in the purses is set aside already; a right to spend needs the cash when it is used.
    """

    pays: bool
    gone_percent: int
    lasts: Runway


@dataclass(frozen=True, slots=True)
class Case:
    """One request with what is needed to decide on it. `counts_on` is what the price rests on, said to the learner."""

    request: Request
    split: Split
    now: Now
    counts_on: str
    good_words: list[GoodWord]
    consultations: list[Consultation]
    decisions: list[Decision]
    changed_from: Terms | None
    changed_to: Terms | None
    history: History
    purse_minor: int
    purse_until: dt.date | None
    peers: Peers | None
    budget: Budget
    flags: list[Flag]
    offers: list[Offer]
    miles: int | None
    proofs: list[Row]

    @property
    def may_be_changed(self) -> bool:
        return self.request.policy == "structured" and self.request.state in ("in_consultation", "appealed")


def case(request: Request) -> Case:
    """What is needed to decide. A fixed number of queries."""
    today = ledger.today()
    held = holdings([request.learning_account_id], today)[request.learning_account_id].contents
    decisions = _decisions(request)
    was_changed = any(decision.outcome == "approve_changed" for decision in decisions)
    split = request.split
    runs = _offers(request, split.course_minor, today)
    miles = miles_to([request.run, *runs], request.learner)
    return Case(
        request=request,
        split=split,
        now=now_of(request),
        counts_on=_counts_on(request),
        good_words=_good_words(request) if request.appeal_reason else [],
        consultations=list(Consultation.objects.filter(learner=request.learner_id).select_related("adviser__user")[:5]),
        decisions=decisions,
        changed_from=change_of(request, Terms.Of.ASKED) if was_changed else None,
        changed_to=change_of(request, Terms.Of.APPROVED) if was_changed else None,
        history=_history(request),
        purse_minor=sum(contents.left_minor for contents in held),
        purse_until=min((contents.expires_on for contents in held if contents.left_minor), default=None),
        peers=price_against_peers(request.run, today),
        budget=_budget(request),
        flags=flags_of(request.run, today),
        offers=[Offer(run, away) for run, away in zip(runs, miles[1:], strict=True)],
        miles=miles[0],
        proofs=proofs_of(request, today),
    )


def miles_to(runs: list[CourseRun], learner: Learner) -> list[int | None]:
    """How far each is from the learner's postcode, as the crow flies. One query."""
    home = locate(learner.postcode)
    away = [run.venue if run.mode not in (CourseRun.Mode.ONLINE, CourseRun.Mode.DISTANCE) else None for run in runs]
    return [
        round(km_between(home, float(venue.latitude), float(venue.longitude)) / KM_A_MILE)
        if home and venue and venue.latitude is not None and venue.longitude is not None
        else None
        for venue in away
    ]


def _decisions(request: Request) -> list[Decision]:
    return list(request.decisions.select_related("adviser__user").prefetch_related("alternatives__course"))


def _good_words(request: Request) -> list[GoodWord]:
    """What an adviser says for the learner, who appeals and wished it."""
    return list(request.good_words.filter(said_at__isnull=False).select_related("adviser__user"))


def _counts_on(request: Request) -> str:
    """What is true of the learner, by the rules that price it, in words that follow "you"; empty where nothing is."""
    bands = {band.code: band for band in request.rule_version.parsed.price.bands}
    if request.band not in bands:
        return ""
    return conditions(bands[request.band].who, Speaker(currency=request.currency, category_name=category_name))


def _budget(request: Request) -> Budget:
    """Of how much is gone and how long it lasts nobody needs the last minute's figures; of what it can pay they do."""
    scheme = request.learning_account.scheme
    cash = ledger.balances([scheme.pot_id])[scheme.pot_id] if scheme.commits else None
    key = f"desk.budget:{scheme.pk}:{ledger.today()}"
    if (kept := cache.get(key)) is None:
        cache.set(key, kept := _books(scheme), BOOKS_KEPT)
    gone_percent, lasts = kept
    return Budget(pays=cash is None or cash >= request.from_purse_minor, gone_percent=gone_percent, lasts=lasts)


def _books(scheme: Scheme) -> tuple[int, Runway]:
    now = figures([scheme])[scheme.pk]
    return now.gone_percent, runway(scheme, now)


def _history(request: Request) -> History:
    counts = Voucher.objects.filter(learner=request.learner_id).aggregate(
        completed=Count("pk", filter=Q(outcome=Outcome.COMPLETED)),
        under_way=Count("pk", filter=~Q(state=State.CLOSED)),
        not_taken_up=Count("pk", filter=Q(state=State.CLOSED) & ~Q(outcome=Outcome.COMPLETED)),
    )
    return History(**counts)


def _offers(request: Request, price_minor: int, today: dt.date) -> list[CourseRun]:
    """Like runs of other courses that cost no more, the cheapest first."""
    if not request.run.course.category:
        return []
    return list(
        CourseRun.objects.on_sale(today)
        .filter(course__category=request.run.course.category, price_minor__lte=price_minor)
        .exclude(course=request.run.course_id)
        .select_related("course__provider", "venue")
        .order_by("price_minor", "starts_on", "id")[:OFFERS]
    )
