"""Requesting: a learner asks for a course run, at a price that is worked out and explained before they agree."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db import transaction
from django.db.models import Max
from django.utils import timezone

import ledger
from accounts.bundling import bundle
from accounts.circumstances import Circumstances
from accounts.models import Evidence, Learner, LearningAccount, RuleVersion
from accounts.pricing import Split, split
from accounts.rules import Rules
from accounts.schemes import current_rules
from brokerage import errors, events, trials
from brokerage.assigning import desks_for
from brokerage.models import WAITING, Consultation, Policy, Request, RequestedExtra, RequestState
from config.refusals import Refusal
from ledger import Actor
from providers.models import CourseRun, RunExtra
from vouchers.agreeing import agreed_prices
from vouchers.chosen import as_offered
from vouchers.errors import NotOnSale
from vouchers.holdings import holdings
from vouchers.models import AgreedPrice


@dataclass(frozen=True, slots=True)
class Draft:
    """What a learner is about to ask for; `extras` are ids of what they want with the run.

    `other_aid_minor` is what they get for the course from elsewhere, in minor units.
    """

    learning_account: LearningAccount
    run: CourseRun
    note: str = ""
    extras: tuple[UUID, ...] = ()
    other_aid_minor: int = 0


@dataclass(frozen=True, slots=True)
class Quote:
    """A price for one learner under the rules of the day, with the policy that follows from it.

    `by_lot`: a trial says the policy instead, and the learner is in none of its arms before they ask.
    `other_aid_minor` is what they get from elsewhere, as far as the rules ask; `agreed` is the provider's word that
    made the price lower than the run's own.
    """

    run: CourseRun
    rule_version: RuleVersion
    split: Split
    policy: Policy
    by_lot: bool = False
    other_aid_minor: int = 0
    agreed: AgreedPrice | None = None

    @property
    def approvals_needed(self) -> int:
        return approvals_needed(self.rule_version, self.policy, self.split.from_purse_minor)


def quote(
    learning_account: LearningAccount, runs: Sequence[CourseRun], extras: Sequence[RunExtra] = ()
) -> dict[UUID, Quote]:
    """What each of `runs` that has a price would cost this learner now, with those of `extras` that come with it, by
    run. A fixed number of queries."""
    wanted = [(learning_account, run) for run in runs]
    with_it = {(learning_account.pk, run.pk): [extra for extra in extras if extra.run_id == run.pk] for run in runs}
    return {run: priced for (_, run), priced in quote_all(wanted, extras=with_it).items()}


def quote_all(
    wanted: Sequence[tuple[LearningAccount, CourseRun]],
    versions: Mapping[tuple[UUID, UUID], RuleVersion] | None = None,
    other_aid_minor: Mapping[tuple[UUID, UUID], int] | None = None,
    extras: Mapping[tuple[UUID, UUID], Sequence[RunExtra]] | None = None,
    *,
    list_prices: bool = False,
) -> dict[tuple[UUID, UUID], Quote]:
    """The same for many learners, by (learning account, run); under `versions`, keyed alike, or today's rules.

    Amounts are minor units; `other_aid_minor`, keyed alike, is what a learner gets for the course from elsewhere, and
    `extras`, keyed alike, what they want with it. A run in another currency than the scheme's has no quote. A price
    that the provider agreed on with the learner comes before the run's own, but for `list_prices`. What a learner has
    used of a band's yearly ceiling is what the purses they can spend now have given under that band, less what came
    back.
    """
    today = ledger.today()
    accounts = {account.pk: account for account, _ in wanted}
    held = holdings(accounts.keys(), today)
    in_force = current_rules({account.scheme_id for account in accounts.values()}, today)
    rules = [version.parsed for version in [*in_force.values(), *(versions or {}).values()]]
    people = _people(accounts.values(), rules)
    consulted = _last_consulted(accounts.values(), rules)
    arms = trials.policies((account.pk, in_force[account.scheme_id]) for account in accounts.values())
    promised = {} if list_prices else agreed_prices([(account.learner_id, run) for account, run in wanted], today)
    quotes = {}
    for account, run in wanted:
        version = (versions or {}).get((account.pk, run.pk)) or in_force[account.scheme_id]
        if not run.price_minor or run.currency != account.scheme.currency:
            continue
        aid = (other_aid_minor or {}).get((account.pk, run.pk), 0) if version.parsed.price.reduced_by_other_aid else 0
        agreed = promised.get((account.learner_id, run.pk))
        worked_out = split(
            price_minor=agreed.price_minor if agreed else run.price_minor,
            category=run.course.category,
            hours=run.hours,
            learner=people[account.pk],
            rules=version.parsed,
            contents=held[account.pk].contents,
            used_minor=held[account.pk].used_minor,
            on=today,
            consulted=_was_consulted(consulted.get(account.learner_id), version.parsed, today),
            other_aid_minor=aid,
            funder=account.scheme.funder_name,
            rule_of=version.valid_from,
        )
        with_it = [as_offered(extra) for extra in (extras or {}).get((account.pk, run.pk), ())]
        worked_out = bundle(worked_out, with_it, contents=held[account.pk].contents, category=run.course.category)
        policy = _policy(version, worked_out, arms.get(account.pk))
        by_lot = _by_lot(version, policy, account.pk in arms)
        quotes[account.pk, run.pk] = Quote(run, version, worked_out, policy, by_lot, aid, agreed)
    return quotes


def submit(drafts: Sequence[Draft], *, actor: Actor) -> list[Request | Refusal]:
    """Ask for course runs, each draft judged on its own; each has an adviser and a time to be answered by.

    The first request of a learner under rules with a trial puts them into an arm.

    Refuses `NotOnSale`, `NothingToBuy`, `OtherCurrency`, `ExtraNotOffered`, `OtherAidInvalid`, `NothingFromAccount`,
    `AlreadyAsked`, `NobodyToAsk`.
    Locks the learning accounts in id order, so that one learner cannot ask twice at the same instant, then the strata
    of the trials.
    """
    with transaction.atomic():
        now, today = ledger.now(), ledger.today()
        accounts = {draft.learning_account.pk for draft in drafts}
        list(LearningAccount.objects.filter(pk__in=accounts).order_by("pk").select_for_update())
        extras = _offered(drafts)
        quotes = quote_all(
            [(draft.learning_account, draft.run) for draft in drafts],
            # Of two drafts for one course the first counts.
            other_aid_minor={_key(draft): draft.other_aid_minor for draft in reversed(drafts) if _aid_fits(draft)},
            extras=extras,
        )
        on_sale = CourseRun.objects.on_sale(today).in_bulk({draft.run.pk for draft in drafts})
        asked = set(
            Request.objects.filter(learning_account__in=accounts, state__in=[*WAITING, RequestState.APPROVED])
            .filter(voucher=None)
            .values_list("learning_account_id", "run_id")
        )
        desks = desks_for({_whose(draft) for draft in drafts}, today)
        answers: list[Request | Refusal] = []
        for draft in drafts:
            key = _key(draft)
            answer: Request | Refusal
            if not draft.run.price_minor:
                answer = errors.NothingToBuy()
            elif draft.run.pk not in on_sale:
                answer = NotOnSale()
            elif key not in quotes:
                answer = errors.OtherCurrency()
            elif len(set(draft.extras)) > len(extras[key]):
                answer = errors.ExtraNotOffered(field="extras")
            elif key in asked:
                answer = errors.AlreadyAsked()
            elif not _aid_fits(draft):
                answer = errors.OtherAidInvalid(field="other_aid")
            elif not quotes[key].split.from_purse_minor:
                answer = errors.NothingFromAccount()
            elif (desk := desks.get(_whose(draft))) is None:
                answer = errors.NobodyToAsk()
            else:
                asked.add(key)
                answer = _request(draft, quotes[key], now)
                answer.adviser, answer.cover = desk
            answers.append(answer)
        requests = [answer for answer in answers if isinstance(answer, Request)]
        _put_into_arms(requests, quotes, actor)
        Request.objects.bulk_create(requests)
        RequestedExtra.objects.bulk_create(
            RequestedExtra.of(extra, request=request)
            for request in requests
            for extra in quotes[request.learning_account_id, request.run_id].split.extras
        )
        ledger.record(*(_submitted(request, actor) for request in requests))
    return answers


def withdraw(request: UUID, *, learner: Learner, actor: Actor) -> Request:
    """The learner takes a request back before anything is bought. Locks the request.

    Refuses `RequestNotFound`, `RequestBought`, `RequestOver`.
    """
    with transaction.atomic():
        found = Request.objects.of_learner(learner).select_for_update(of=("self",)).filter(pk=request).first()
        if found is None:
            raise errors.RequestNotFound()
        if found.voucher_id:
            raise errors.RequestBought()
        if found.state not in (*WAITING, RequestState.APPROVED, RequestState.ADVISED_OTHERWISE):
            raise errors.RequestOver(state=found.get_state_display())
        found.state = RequestState.WITHDRAWN
        found.save(update_fields=["state"])
        ledger.record(
            events.WITHDRAWN.by(
                actor, subject=found.subject, learner=found.learner_id, scheme=found.learning_account.scheme_id
            )
        )
    return found


def _offered(drafts: Sequence[Draft]) -> dict[tuple[UUID, UUID], list[RunExtra]]:
    """What can be had of what these drafts want with their run, by (learning account, run). One query at most."""
    wanted = {extra for draft in drafts for extra in draft.extras}
    found = list(RunExtra.objects.offered().filter(pk__in=wanted)) if wanted else []
    return {
        (draft.learning_account.pk, draft.run.pk): [
            extra for extra in found if extra.pk in draft.extras and extra.run_id == draft.run.pk
        ]
        for draft in drafts
    }


def _people(accounts: Collection[LearningAccount], rules: Sequence[Rules]) -> dict[UUID, Circumstances]:
    """Each account's learner as these rules see them, with what was proven of them. One query at most."""
    proven = Evidence.objects.proven({account.learner_id for account in accounts}, rules)
    return {account.pk: account.learner.circumstances(proven.get(account.learner_id)) for account in accounts}


def _last_consulted(accounts: Collection[LearningAccount], rules: Sequence[Rules]) -> dict[UUID, dt.date]:
    """When each of those learners talked to an adviser for the last time, of those who did.

    One query, and none where none of these rules makes a course cheaper for it.
    """
    if not any(each.price.advice_incentive_minor for each in rules):
        return {}
    held = Consultation.objects.filter(learner__in={account.learner_id for account in accounts})
    last = held.values("learner").annotate(last=Max("held_at")).order_by().values_list("learner", "last")
    return {learner: timezone.localdate(at) for learner, at in last}


def _was_consulted(last: dt.date | None, rules: Rules, today: dt.date) -> bool:
    return last is not None and today <= last + dt.timedelta(days=rules.price.advice_counts_days)


def _put_into_arms(requests: Sequence[Request], quotes: Mapping[tuple[UUID, UUID], Quote], actor: Actor) -> None:
    """Where the rules have a trial, the policy is that of the learner's arm, drawn now for those who ask first."""
    arms = trials.assign([(request.learning_account, request.rule_version) for request in requests], actor=actor)
    for request in requests:
        if request.learning_account_id in arms:
            version, worked_out = request.rule_version, quotes[request.learning_account_id, request.run_id].split
            request.policy = _policy(version, worked_out, arms[request.learning_account_id])
            request.approvals_needed = approvals_needed(version, Policy(request.policy), worked_out.from_purse_minor)


def _by_lot(version: RuleVersion, policy: Policy, in_an_arm: bool) -> bool:
    """Whether the policy is still open: what is `structured` for its amount is so in every arm."""
    adviser = version.parsed.adviser
    for_amount = policy == Policy.STRUCTURED and adviser.policy != "structured"
    return adviser.trial is not None and not in_an_arm and not for_amount


def _policy(version: RuleVersion, worked_out: Split, arm: Policy | None) -> Policy:
    """How far an adviser's word goes: as in the learner's arm where they are in one, else as the scheme says it;
    `structured` above its amount where it names one."""
    policy = version.parsed.adviser
    above = policy.structured_above_minor
    if above is not None and worked_out.from_purse_minor > above:
        return Policy.STRUCTURED
    return arm or Policy(policy.policy)


def approvals_needed(version: RuleVersion, policy: Policy, from_purse_minor: int) -> int:
    """How many advisers have to say yes: a second one where one decides, above the scheme's amount for it."""
    above = version.parsed.adviser.second_approver_above_minor
    return 2 if policy == Policy.STRUCTURED and above is not None and from_purse_minor > above else 1


def _key(draft: Draft) -> tuple[UUID, UUID]:
    return draft.learning_account.pk, draft.run.pk


def _whose(draft: Draft) -> tuple[UUID, UUID]:
    """Who asks, and which provider: what says who may answer."""
    return draft.learning_account.learner_id, draft.run.course.provider_id


def _aid_fits(draft: Draft) -> bool:
    return 0 <= draft.other_aid_minor <= (draft.run.price_minor or 0)


def _request(draft: Draft, priced: Quote, now: dt.datetime) -> Request:
    worked_out = priced.split
    return Request(
        learning_account=draft.learning_account,
        learner_id=draft.learning_account.learner_id,
        run=draft.run,
        rule_version=priced.rule_version,
        policy=priced.policy,
        approvals_needed=priced.approvals_needed,
        price_minor=worked_out.price_minor,
        from_purse_minor=worked_out.from_purse_minor,
        own_minor=worked_out.own_minor,
        other_aid_minor=priced.other_aid_minor,
        currency=draft.run.currency,
        band=worked_out.band,
        lines=worked_out.to_stored(),
        answer_by=now + dt.timedelta(hours=priced.rule_version.parsed.adviser.answer_within_hours),
        submitted_at=now,
        learner_note=draft.note,
    )


def _submitted(request: Request, actor: Actor) -> ledger.Event:
    return events.SUBMITTED.by(
        actor,
        subject=request.subject,
        learner=request.learner_id,
        scheme=request.learning_account.scheme_id,
        run=request.run_id,
        policy=request.policy,
        price_minor=request.price_minor,
        from_purse_minor=request.from_purse_minor,
        own_minor=request.own_minor,
        answer_by=request.answer_by,
    )
