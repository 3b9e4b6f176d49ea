"""Awarding: an entitlement fills a purse from the pot, once a learning account, kind and period."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from uuid import UUID
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import transaction
from django.db.models import Q

import ledger
from accounts import errors, events
from accounts.eligibility import Assessment, assess
from accounts.models import Award, Learner, LearningAccount, Purse, RuleVersion
from accounts.opening import not_eligible
from accounts.rules import AwardRule
from accounts.schemes import current_rules
from config.ids import uuid7
from config.refusals import Refusal
from ledger import Actor, NewAccount, Transfer

CHUNK = 2000
KIND = "core"


def award(accounts: Sequence[LearningAccount], *, actor: Actor) -> list[Award | Refusal]:
    """Give each account its award under the rules of the day, exactly once a period however often it is asked.

    Set-wise, in chunks of `CHUNK` of one scheme, each its own transaction: what a chunk made stays when a later one
    fails, and running again makes only what is missing. A pot that is short refuses its whole chunk. The answer is in
    the order of `accounts`.

    Refuses `SchemeClosed`, `AlreadyAwarded`, `NotEligible` (the person is assessed again: circumstances change),
    `BudgetExhausted`. Locks the pot's balance once a chunk.
    """
    answers: dict[int, Award | Refusal] = {}
    for places in _chunks(accounts):
        chunk = [accounts[place] for place in places]
        try:
            with transaction.atomic():
                answers.update(zip(places, _award_chunk(chunk, actor), strict=True))
        except errors.BudgetExhausted as short:
            answers.update((place, short) for place in places)
    return [answers[place] for place in range(len(accounts))]


def had_theirs(accounts: Sequence[LearningAccount], on: dt.date) -> set[UUID]:
    """The ids of those accounts that `award` has nothing for: the period of an award they had is not over that day.

    Told by the award alone, without reading the person: for leaving most of a cohort out, and not for deciding, which
    `award` does. Two queries.
    """
    under: dict[AwardRule, list[UUID]] = defaultdict(list)
    for version in RuleVersion.objects.filter(scheme__in={account.scheme_id for account in accounts}):
        under[version.parsed.award].append(version.pk)
    lasting = Q(pk__in=())
    for rule, versions in under.items():
        lasting |= Q(rule_version__in=versions) & _lasts(rule, on)
    awards = Award.objects.filter(lasting, learning_account__in=[account.pk for account in accounts], kind=KIND)
    return set(awards.values_list("learning_account_id", flat=True))


def _chunks(accounts: Sequence[LearningAccount]) -> Iterator[list[int]]:
    """Places in `accounts`, those of one scheme together: an empty pot is no other scheme's trouble."""
    by_scheme: dict[UUID, list[int]] = defaultdict(list)
    for place, account in enumerate(accounts):
        by_scheme[account.scheme_id].append(place)
    for places in by_scheme.values():
        for start in range(0, len(places), CHUNK):
            yield places[start : start + CHUNK]


def _award_chunk(accounts: Sequence[LearningAccount], actor: Actor) -> list[Award | Refusal]:
    now, today = ledger.now(), ledger.today()
    version = current_rules({accounts[0].scheme_id}, today).get(accounts[0].scheme_id)
    if version is None or not version.scheme.takes_new(today):
        name = version.scheme.name if version else accounts[0].scheme.name
        return [errors.SchemeClosed(scheme=name) for _account in accounts]
    assessed = _assess(accounts, version, today)
    refused = _not_eligible(assessed, version, today)
    before = _awards_before(accounts)
    due: dict[UUID, Award] = {}
    for account in accounts:
        earlier = before[account.pk]
        if account.pk not in refused and (not earlier or _is_over(earlier[-1], today)):
            due[account.pk] = Award(
                id=uuid7(),
                learning_account=account,
                rule_version=version,
                kind=KIND,
                period=_period(version, len(earlier), today),
                amount_minor=version.parsed.award.amount_minor,
                reasons=list(assessed[account.pk][1].met),
                awarded_at=now,
            )
    made = _store(list(due.values()))
    _fill([award for award in due.values() if award.pk in made], today, actor)
    new = {account: award for account, award in due.items() if award.pk in made}
    # The second of two mentions of one account finds its award made.
    return [refused.get(account.pk) or new.pop(account.pk, None) or errors.AlreadyAwarded() for account in accounts]


def _assess(
    accounts: Sequence[LearningAccount], version: RuleVersion, today: dt.date
) -> Mapping[UUID, tuple[Learner, Assessment]]:
    """Each account's learner, as they are now, and whether the rules have room for them. One query."""
    learners = Learner.objects.in_bulk({account.learner_id for account in accounts})
    return {
        account.pk: (learners[account.learner_id], assess(learners[account.learner_id], version.parsed, today))
        for account in accounts
    }


def _not_eligible(
    assessed: Mapping[UUID, tuple[Learner, Assessment]], version: RuleVersion, today: dt.date
) -> Mapping[UUID, Refusal]:
    against = {account: found for account, found in assessed.items() if not found[1].eligible}
    refusals = not_eligible([(learner, version.scheme, found) for learner, found in against.values()], today)
    return dict(zip(against, refusals, strict=True))


def _awards_before(accounts: Sequence[LearningAccount]) -> Mapping[UUID, list[Award]]:
    """The core awards that these accounts have had, the newest last. Two queries."""
    found: dict[UUID, list[Award]] = defaultdict(list)
    awards = Award.objects.filter(learning_account__in=[account.pk for account in accounts], kind=KIND)
    for award in awards.select_related("purse").order_by("awarded_at", "id"):
        found[award.learning_account_id].append(award)
    # One object a version, so that its rules are read once and not once an award.
    versions = RuleVersion.objects.in_bulk({award.rule_version_id for several in found.values() for award in several})
    for several in found.values():
        for award in several:
            award.rule_version = versions[award.rule_version_id]
    return found


def _is_over(award: Award, today: dt.date) -> bool:
    """Whether the period of this award is over, under its own rules, so that there may be a next.

    A rolling year ends where the next begins, on its anniversary: extending a purse does not make the year longer. One
    that begins with its first use has not begun as long as the purse waits, and ends unused when that has expired.
    Source of `first_use`: Commons written answers, 6 November 2000.
    """
    rule, began = award.rule_version.parsed.award, _day(award.awarded_at)
    if rule.period == "once":
        return False
    if rule.period == "calendar_year":
        return today.year > began.year
    if rule.year_from == "first_use":
        if award.purse.first_used_on is None:
            return award.purse.expires_on < today
        began = award.purse.first_used_on
    return today >= _anniversary(began)


def _lasts(rule: AwardRule, on: dt.date) -> Q:
    """What `_is_over` says no to, of awards under this rule, in SQL.

    An award is made only when the one before is over, so that at most one of an account lasts.
    """
    if rule.period == "once":
        return Q()
    if rule.period == "calendar_year":
        return Q(awarded_at__gte=_midnight(dt.date(on.year, 1, 1)))
    year_before = dt.date(on.year - 1, 2, 28) if (on.month, on.day) == (2, 29) else on.replace(year=on.year - 1)
    if rule.year_from == "first_use":
        unused = Q(purse__first_used_on=None, purse__expires_on__gte=on)
        return unused | Q(purse__first_used_on__gt=year_before)
    return Q(awarded_at__gte=_midnight(year_before + dt.timedelta(days=1)))


def _period(version: RuleVersion, earlier: int, today: dt.date) -> str:
    """The period's permanent name: an account never has two awards of one kind under the same one.

    Rolling years are counted and not dated, so that two who award on either side of midnight name the same one.
    """
    match version.parsed.award.period:
        case "once":
            return "once"
        case "calendar_year":
            return str(today.year)
        case _:
            return f"year {earlier + 1}"


def _anniversary(day: dt.date) -> dt.date:
    """The same day of the next year; of 29 February, 1 March."""
    leap_day = (day.month, day.day) == (2, 29)
    return dt.date(day.year + 1, 3, 1) if leap_day else day.replace(year=day.year + 1)


def _day(moment: dt.datetime) -> dt.date:
    return moment.astimezone(ZoneInfo(settings.TIME_ZONE)).date()


def _midnight(day: dt.date) -> dt.datetime:
    return dt.datetime.combine(day, dt.time.min, ZoneInfo(settings.TIME_ZONE))


def _store(awards: Sequence[Award]) -> set[UUID]:
    """The ids of those that are new: the constraint decides, also against somebody who awards at the same instant."""
    if not awards:
        return set()
    Award.objects.bulk_create(awards, ignore_conflicts=True)
    return set(Award.objects.filter(pk__in=[award.pk for award in awards]).values_list("pk", flat=True))


def _fill(awards: Sequence[Award], today: dt.date, actor: Actor) -> None:
    if not awards:
        return
    purses = [
        Purse(
            id=uuid7(),
            learning_account=award.learning_account,
            award=award,
            amount_minor=award.amount_minor,
            expires_on=today + dt.timedelta(days=_life(award)),
        )
        for award in awards
    ]
    opened = ledger.open_accounts(
        [NewAccount("purse", purse.award.rule_version.scheme.currency, True, "purse", purse.id) for purse in purses]
    )
    for purse, account in zip(purses, opened, strict=True):
        purse.ledger_account_id = account
    Purse.objects.bulk_create(purses)
    # As late as can be: whoever else awards from this pot waits from here on.
    _check_pot(awards)
    ledger.post([_transfer(purse, actor) for purse in purses])


def _check_pot(awards: Sequence[Award]) -> None:
    """Refuses `BudgetExhausted` when the pot has less than all of these come to. Locks the pot's balance."""
    scheme = awards[0].rule_version.scheme
    pot_minor, wanted_minor = ledger.lock([scheme.pot_id])[scheme.pot_id], sum(award.amount_minor for award in awards)
    if pot_minor < wanted_minor:
        raise errors.BudgetExhausted(scheme=scheme, pot_minor=pot_minor, wanted_minor=wanted_minor, awards=len(awards))


def _life(award: Award) -> int:
    """How many days after the award its purse's last day is, as long as nothing is bought from it."""
    rule = award.rule_version.parsed.award
    return rule.purse_days if rule.unused_days is None else rule.unused_days


def _transfer(purse: Purse, actor: Actor) -> Transfer:
    scheme = purse.award.rule_version.scheme
    return Transfer(
        debit=scheme.pot_id,
        credit=purse.ledger_account_id,
        amount_minor=purse.amount_minor,
        currency=scheme.currency,
        kind="award",
        reference=f"award:{purse.award_id}",
        journal=purse.award_id,
        event=events.AWARDED.by(
            actor,
            subject=purse.learning_account.subject,
            learner=purse.learning_account.learner_id,
            scheme=scheme.id,
            award=purse.award_id,
            amount_minor=purse.amount_minor,
            expires_on=purse.expires_on,
        ),
    )
