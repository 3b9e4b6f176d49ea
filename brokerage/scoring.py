"""Scoring: how each of the seven steps of personalisation went for the learners of a scheme or of an organisation.

Figures come from what is kept anyway. Nothing here counts what an adviser sold, and nobody can be told apart: of fewer
than `ENOUGH` it says that there are few, and where one such number could be worked out from the others, it holds the
next smallest back too.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Count, F, OuterRef, Q, QuerySet, Subquery, Sum, Value
from django.db.models.functions import Coalesce

from accounts.models import LearningAccount, Scheme
from brokerage.advocacy.models import Advocacy, AdvocacyState
from brokerage.hearing.models import GuidanceFeedback, Heard
from brokerage.models import Consultation, GuidanceOrganisation, Outcome, Request, RequestState, Saved, Wish
from brokerage.pooling.models import GroupAnswer, OfferState
from brokerage.referring.models import Helps, Referral
from brokerage.talking.models import CallBack, CallBackState
from brokerage.voice.models import Proposal, Vote
from providers.models import CourseRun
from vouchers.cases import Case, CaseAbout, CaseKind
from vouchers.feedback import By, Remark
from vouchers.models import State, Voucher
from vouchers.track_records import ENOUGH

# A year has every term in it once.
PERIOD = dt.timedelta(days=365)
COMPLAINT = Q(kind=CaseKind.COMPLAINT, about=CaseAbout.ADVISER)


@dataclass(frozen=True, slots=True)
class Line:
    """One figure of a step, for all and for each need band where it can be told by band; None is held back. Amounts are
    minor units of the scheme's currency."""

    step: str
    code: str
    all: int | None
    by_band: Mapping[str, int | None] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Scope:
    """Whose learners are counted. Without a currency, amounts are left out."""

    accounts: QuerySet[Any]
    of_request: Q
    of_feedback: Q
    currency: str = ""

    @property
    def of_learner(self) -> Q:
        return Q(learner__in=self.accounts.order_by().values("learner"))


def of_scheme(scheme: Scheme) -> Scope:
    accounts = LearningAccount.objects.filter(scheme=scheme)
    return Scope(accounts, Q(learning_account__scheme=scheme), Q(scheme=scheme), scheme.currency)


def of_organisation(organisation: GuidanceOrganisation) -> Scope:
    accounts = LearningAccount.objects.filter(learner__caseload__adviser__organisation=organisation)
    return Scope(accounts, Q(adviser__organisation=organisation), Q(organisation=organisation))


def scorecard(scope: Scope, now: dt.datetime, today: dt.date) -> list[Line]:
    """The lines of each step over the last year, in the order of `docs/scorecard.md`. A fixed number of queries."""
    since = now - PERIOD
    return [
        *_consultation(scope, since),
        *_choice(scope, since, today),
        *_voice(scope, since),
        *_advocacy(scope, since),
        *_partnership(scope, since),
        *_coproduction(scope, since),
        *_funding(scope, since),
    ]


def held_back(by_band: Mapping[str, int], also: Collection[str] = ()) -> dict[str, int | None]:
    """Each number, but those that are few or in `also`; and where that is one alone, the next smallest too, since the
    whole less the others would tell it."""
    few = {band for band, number in by_band.items() if 0 < number < ENOUGH or band in also}
    if len(few) == 1:
        others = [(number, band) for band, number in by_band.items() if band not in few and number]
        few |= {min(others)[1]} if others else set()
    return {band: None if band in few else number for band, number in sorted(by_band.items())}


def _consultation(scope: Scope, since: dt.datetime) -> list[Line]:
    answered, bought = Q(decisions__isnull=False), Q(voucher__isnull=False)
    asked = Request.objects.filter(scope.of_request, submitted_at__gt=since)
    found = _by_band(
        asked,
        asked=Count("learner", distinct=True),
        answered=Count("learner", filter=answered, distinct=True),
        in_time=Count("learner", filter=answered & Q(escalated_at=None), distinct=True),
        overridden=Count("learner", filter=Q(state=RequestState.ADVISED_OTHERWISE) & bought, distinct=True),
        declined=Count("learner", filter=Q(decisions__outcome=Outcome.DECLINE), distinct=True),
    )
    rung = CallBack.objects.filter(scope.of_learner, asked_at__gt=since)
    return [
        _people("consultation", "entitled", scope.accounts),
        _people("consultation", "talked", Consultation.objects.filter(scope.of_learner, held_at__gt=since)),
        _people("consultation", "to_ring", rung),
        _people("consultation", "rung_in_time", rung.filter(state=CallBackState.DONE, handed_over_at=None)),
        *(_line("consultation", code, found) for code in found),
        _people("consultation", "complained", Case.objects.filter(scope.of_learner, COMPLAINT, opened_at__gt=since)),
        *_heard(scope, since),
    ]


def _heard(scope: Scope, since: dt.datetime) -> list[Line]:
    """Who was asked how guidance was, who said so, and whom it helped to decide, by the band that a request had."""
    band = Coalesce("decision__request__band", "consultation__request__band", Value(""))
    asked = GuidanceFeedback.objects.filter(scope.of_feedback, asked_at__gt=since).annotate(band=band)
    said = Q(state=Heard.ANSWERED)
    found = _by_band(
        asked,
        guidance_asked=Count("learner", distinct=True),
        guidance_said=Count("learner", filter=said, distinct=True),
        guidance_helped=Count("learner", filter=said & Q(helped=True), distinct=True),
    )
    (all_said, said_by), (all_helped, helped_by) = found["guidance_said"], found["guidance_helped"]
    # The one number less the other is whom it did not help: of few, the second is held back too.
    few_not = {each for each, number in said_by.items() if _few(number - helped_by[each]) is None}
    helped = Line(
        "consultation",
        "guidance_helped",
        None if _few(all_said - all_helped) is None else _few(all_helped),
        held_back(helped_by, few_not),
    )
    return [*(_line("consultation", code, found) for code in ("guidance_asked", "guidance_said")), helped]


def _choice(scope: Scope, since: dt.datetime, today: dt.date) -> list[Line]:
    on_sale = CourseRun.objects.on_sale(today).aggregate(
        runs=Count("pk", distinct=True), providers=Count("course__provider", distinct=True)
    )
    asked = Request.objects.filter(scope.of_request, submitted_at__gt=since)
    found = _by_band(asked, bundles=Count("learner", filter=Q(extras__isnull=False), distinct=True))
    return [
        Line("choice", "on_sale", on_sale["runs"]),
        Line("choice", "providers", on_sale["providers"]),
        _line("choice", "bundles", found),
        _people("choice", "saved", Saved.objects.filter(scope.of_learner, saved_at__gt=since)),
    ]


def _voice(scope: Scope, since: dt.datetime) -> list[Line]:
    over = Voucher.objects.filter(scope.of_learner, closed_at__gt=since, started_at__isnull=False)
    answers = Remark.objects.filter(by=By.PROVIDER, feedback__voucher__in=over.order_by().values("pk"))
    return [
        _people("voice", "could_say", over),
        _people("voice", "said", over.filter(feedback__isnull=False)),
        Line("voice", "answered_by_providers", _few(answers.count())),
    ]


def _advocacy(scope: Scope, since: dt.datetime) -> list[Line]:
    put = Advocacy.objects.filter(scope.of_learner, consented_at__gt=since)
    answered = put.filter(answered_at__isnull=False)
    return [
        _people("advocacy", "asked_for", put),
        _people("advocacy", "provider_answered", answered),
        _people("advocacy", "provider_in_time", answered.filter(answered_at__lte=F("answer_by"))),
        _people("advocacy", "agreed", put.filter(state=AdvocacyState.AGREED)),
    ]


def _partnership(scope: Scope, since: dt.datetime) -> list[Line]:
    """By the band of what each learner asked for last, since a referral is under no rules."""
    asked = Request.objects.filter(scope.of_request, learner=OuterRef("learner")).order_by("-submitted_at", "-id")
    referred = Referral.objects.filter(scope.of_learner, proposed_at__gt=since)
    answered, agreed = Q(answered_at__isnull=False), Q(consented_at__isnull=False)
    found = _by_band(
        referred.annotate(band=Coalesce(Subquery(asked.values("band")[:1]), Value(""))),
        referred=Count("learner", distinct=True),
        referral_agreed=Count("learner", filter=agreed, distinct=True),
        referral_answered=Count("learner", filter=answered, distinct=True),
        referral_in_time=Count("learner", filter=answered & Q(answered_at__lte=F("answer_by")), distinct=True),
        helped=Count("learner", filter=Q(said__in=[Helps.CAN_HELP, Helps.CAME]), distinct=True),
    )
    return [_line("partnership", code, found) for code in found]


def _coproduction(scope: Scope, since: dt.datetime) -> list[Line]:
    came = GroupAnswer.objects.filter(scope.of_learner, answered_at__gt=since, comes=True)
    return [
        _people("coproduction", "proposed", Proposal.objects.filter(scope.of_learner, written_at__gt=since)),
        _people("coproduction", "voted", Vote.objects.filter(scope.of_learner, cast_at__gt=since)),
        _people("coproduction", "wished", Wish.objects.filter(scope.of_learner, made_at__gt=since)),
        _people("coproduction", "would_come", came),
        _people("coproduction", "group_agreed", came.filter(offer__state=OfferState.AGREED)),
    ]


def _funding(scope: Scope, since: dt.datetime) -> list[Line]:
    bought = Request.objects.filter(scope.of_request, submitted_at__gt=since, voucher__isnull=False)
    found = _by_band(
        bought.exclude(voucher__state=State.RESERVED),
        bought=Count("learner", distinct=True),
        account_minor=Sum("from_purse_minor"),
        own_minor=Sum("own_minor"),
    )
    # Of few learners an amount would tell what it was that they took.
    told = held_back(found["bought"][1])
    amounts = [
        Line(
            "funding",
            code,
            None if None in told.values() else found[code][0],
            {band: None if told[band] is None else amount for band, amount in sorted(found[code][1].items())},
        )
        for code in ("account_minor", "own_minor")
    ]
    return [_line("funding", "bought", found), *(amounts if scope.currency else ())]


Figures = dict[str, tuple[int, dict[str, int]]]


def _by_band(found: QuerySet[Any], **figures: Any) -> Figures:
    """Each figure for all, and by need band, "" where the rules have none. Two queries."""
    whole = found.order_by().aggregate(**figures)
    rows = list(found.order_by().values("band").annotate(**figures))
    return {name: (whole[name] or 0, {row["band"]: row[name] or 0 for row in rows}) for name in figures}


def _line(step: str, code: str, found: Figures) -> Line:
    whole, by_band = found[code]
    return Line(step, code, _few(whole), held_back(by_band))


def _people(step: str, code: str, rows: QuerySet[Any]) -> Line:
    return Line(step, code, _few(rows.order_by().aggregate(number=Count("learner", distinct=True))["number"]))


def _few(number: int) -> int | None:
    return None if 0 < number < ENOUGH else number
