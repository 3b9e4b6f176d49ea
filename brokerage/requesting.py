"""Requesting: a learner asks for a course run, at a price that is worked out and explained before they agree."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db import transaction
from django.db.models import F, Sum

import ledger
from accounts.models import Learner, LearningAccount, Purse, RuleVersion
from accounts.pricing import Split, split
from accounts.schemes import current_rules
from brokerage import errors, events
from brokerage.assigning import advisers_for
from brokerage.models import WAITING, Policy, Request, RequestState
from config.refusals import Refusal
from ledger import Actor
from providers.models import CourseRun
from vouchers.errors import NotOnSale
from vouchers.models import Funding


@dataclass(frozen=True, slots=True)
class Draft:
    """What a learner is about to ask for."""

    learning_account: LearningAccount
    run: CourseRun
    note: str = ""


@dataclass(frozen=True, slots=True)
class Quote:
    """A price for one learner under the rules of the day, with the policy that follows from it."""

    run: CourseRun
    rule_version: RuleVersion
    split: Split
    policy: Policy


def quote(learning_account: LearningAccount, runs: Sequence[CourseRun]) -> dict[UUID, Quote]:
    """What each of `runs` that has a price would cost this learner now, by run. A fixed number of queries."""
    return {run: priced for (_, run), priced in quote_all([(learning_account, run) for run in runs]).items()}


def quote_all(
    wanted: Sequence[tuple[LearningAccount, CourseRun]],
    versions: Mapping[tuple[UUID, UUID], RuleVersion] | None = None,
) -> dict[tuple[UUID, UUID], Quote]:
    """The same for many learners, by (learning account, run); under `versions`, keyed alike, or today's rules.

    Amounts are minor units. What a learner has used of a band's yearly ceiling is what the purses they can
    spend now have given under that band, less what came back.
    """
    today = ledger.today()
    accounts = {account.pk: account for account, _ in wanted}
    purses = Purse.objects.spendable_by(accounts.keys(), today)
    balances = ledger.balances([purse.ledger_account_id for several in purses.values() for purse in several])
    used = _used([purse.pk for several in purses.values() for purse in several])
    in_force = current_rules({account.scheme_id for account in accounts.values()}, today)
    quotes = {}
    for account, run in wanted:
        if not run.price_minor:
            continue
        version = (versions or {}).get((account.pk, run.pk)) or in_force[account.scheme_id]
        mine = purses.get(account.pk, [])
        worked_out = split(
            price_minor=run.price_minor,
            category=run.course.category,
            learner=account.learner,
            rules=version.parsed,
            used_minor=used[account.pk],
            purse_minor=sum(balances[purse.ledger_account_id] for purse in mine),
            on=today,
            funder=account.scheme.funder_name,
            rule_of=version.valid_from,
        )
        quotes[account.pk, run.pk] = Quote(run, version, worked_out, _policy(version, worked_out))
    return quotes


def submit(drafts: Sequence[Draft], *, actor: Actor) -> list[Request | Refusal]:
    """Ask for course runs, each draft judged on its own; each has an adviser and a time to be answered by.

    Refuses `NotOnSale`, `NothingToBuy`, `NothingFromAccount`, `AlreadyAsked`, `NobodyToAsk`.
    Locks the learning accounts in id order, so that one learner cannot ask twice at the same instant.
    """
    with transaction.atomic():
        now, today = ledger.now(), ledger.today()
        accounts = {draft.learning_account.pk for draft in drafts}
        list(LearningAccount.objects.filter(pk__in=accounts).order_by("pk").select_for_update())
        quotes = quote_all([(draft.learning_account, draft.run) for draft in drafts])
        on_sale = CourseRun.objects.on_sale(today).in_bulk({draft.run.pk for draft in drafts})
        asked = set(
            Request.objects.filter(learning_account__in=accounts, state__in=[*WAITING, RequestState.APPROVED])
            .filter(voucher=None)
            .values_list("learning_account_id", "run_id")
        )
        desks = advisers_for([draft.learning_account.learner_id for draft in drafts])
        answers: list[Request | Refusal] = []
        for draft in drafts:
            key = (draft.learning_account.pk, draft.run.pk)
            answer: Request | Refusal
            if not draft.run.price_minor:
                answer = errors.NothingToBuy()
            elif draft.run.pk not in on_sale:
                answer = NotOnSale()
            elif key in asked:
                answer = errors.AlreadyAsked()
            elif not quotes[key].split.from_purse_minor:
                answer = errors.NothingFromAccount()
            elif (desk := desks.get(draft.learning_account.learner_id)) is None:
                answer = errors.NobodyToAsk()
            else:
                asked.add(key)
                answer = _request(draft, quotes[key], now)
                answer.adviser, answer.cover = desk
            answers.append(answer)
        requests = [answer for answer in answers if isinstance(answer, Request)]
        Request.objects.bulk_create(requests)
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


def _used(purses: Sequence[UUID]) -> dict[UUID, dict[str, int]]:
    """What these purses have given by learning account and price band, less what came back."""
    used: dict[UUID, dict[str, int]] = defaultdict(dict)
    given = (
        Funding.objects.filter(purse__in=purses)
        .values("voucher__learning_account_id", "voucher__band")
        .annotate(total=Sum(F("amount_minor") - F("returned_minor")))
        .order_by()
    )
    for row in given:
        used[row["voucher__learning_account_id"]][row["voucher__band"]] = row["total"]
    return used


def _policy(version: RuleVersion, worked_out: Split) -> Policy:
    """How far an adviser's word goes: the scheme's policy, `structured` above its amount where it names one."""
    policy = version.parsed.adviser
    above = policy.structured_above_minor
    if above is not None and worked_out.from_purse_minor > above:
        return Policy.STRUCTURED
    return Policy(policy.policy)


def _request(draft: Draft, priced: Quote, now: dt.datetime) -> Request:
    worked_out = priced.split
    return Request(
        learning_account=draft.learning_account,
        learner_id=draft.learning_account.learner_id,
        run=draft.run,
        rule_version=priced.rule_version,
        policy=priced.policy,
        price_minor=worked_out.price_minor,
        from_purse_minor=worked_out.from_purse_minor,
        own_minor=worked_out.own_minor,
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
