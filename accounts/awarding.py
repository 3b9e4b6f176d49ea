"""Awarding: an entitlement fills a purse from the scheme's money, once a learning account, kind and period."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import transaction
from django.db.models import Q

import ledger
from accounts import errors, events, waiting
from accounts.circumstances import Circumstances
from accounts.eligibility import Assessment, assess, assess_group, believed
from accounts.entitling import amount, extra_percent, is_over, last_day, programme_year
from accounts.models import Award, Evidence, Learner, LearningAccount, Purse, RuleVersion, Scheme
from accounts.opening import not_eligible
from accounts.rules import AwardRule, Rules
from accounts.schemes import current_rules
from config.ids import uuid7
from config.refusals import Refusal
from ledger import Actor, NewAccount, Transfer

CHUNK = 2000


def award(accounts: Sequence[LearningAccount], kind: str | None = None, *, actor: Actor) -> list[Award | Refusal]:
    """Give each account its award of a kind under the rules of the day, exactly once a period however often asked.

    `kind` is the code of one of the awards in the rules; without it, the first that they name. Set-wise, in chunks of
    `CHUNK` of one scheme, each its own transaction: what a chunk made stays when a later one fails, and running again
    makes only what is missing. A budget that is short refuses its whole chunk, unless the rules have a waiting list:
    then it pays as many as it can, in that order, and the others wait (`accounts.waiting`). The answer is in the order
    of `accounts`.

    Refuses `SchemeClosed`, `NoSuchAward`, `AlreadyAwarded`, `NotEligible` (the person is assessed again:
    circumstances change), `HoldsTheMost`, `AwardsAllMade`, `BudgetExhausted`, `WaitingForMoney`. Locks the scheme,
    where its rules count awards or have a waiting list, and the balance that pays for them, once a chunk.
    """
    answers: dict[int, Award | Refusal] = {}
    for places in _chunks(accounts):
        chunk = [accounts[place] for place in places]
        try:
            with transaction.atomic():
                answers.update(zip(places, _award_chunk(chunk, kind, actor), strict=True))
        except (errors.BudgetExhausted, errors.SchemeClosed) as refusal:
            answers.update((place, refusal) for place in places)
    return [answers[place] for place in range(len(accounts))]


def had_theirs(accounts: Sequence[LearningAccount], kind: str, on: dt.date) -> set[UUID]:
    """The ids of those accounts that `award` has nothing of a kind for: the period of one they had is not over then.

    Told by the award alone, without reading the person: for leaving most of a cohort out, and not for deciding, which
    `award` does. Two queries.
    """
    under: dict[AwardRule, list[UUID]] = defaultdict(list)
    for version in RuleVersion.objects.filter(scheme__in={account.scheme_id for account in accounts}):
        for rule in version.parsed.awards:
            if rule.code == kind:
                under[rule].append(version.pk)
    lasting = Q(pk__in=())
    for rule, versions in under.items():
        lasting |= Q(rule_version__in=versions) & _lasts(rule, on)
    awards = Award.objects.filter(lasting, learning_account__in=[account.pk for account in accounts], kind=kind)
    return set(awards.values_list("learning_account_id", flat=True))


def _chunks(accounts: Sequence[LearningAccount]) -> Iterator[list[int]]:
    """Places in `accounts`, those of one scheme together: an empty pot is no other scheme's trouble."""
    by_scheme: dict[UUID, list[int]] = defaultdict(list)
    for place, account in enumerate(accounts):
        by_scheme[account.scheme_id].append(place)
    for places in by_scheme.values():
        for start in range(0, len(places), CHUNK):
            yield places[start : start + CHUNK]


def _award_chunk(accounts: Sequence[LearningAccount], kind: str | None, actor: Actor) -> list[Award | Refusal]:
    now, today = ledger.now(), ledger.today()
    version = current_rules({accounts[0].scheme_id}, today).get(accounts[0].scheme_id)
    if version is None or not version.scheme.takes_new(today):
        name = version.scheme.name if version else accounts[0].scheme.name
        return [errors.SchemeClosed(scheme=name) for _account in accounts]
    rule = _rule(version.parsed, kind)
    if version.parsed.budget.waiting_list:
        _take_turns(version.scheme)
    in_line = waiting.of(accounts, rule.code if rule else str(kind))
    if rule is None:
        waiting.end(in_line, (), (), actor)
        return [errors.NoSuchAward(kind=kind) for _account in accounts]
    assessed = _assess(accounts, version, rule, today)
    refused = dict(_not_eligible(assessed, version, today))
    before = _awards_before(accounts, rule.code)
    held = _held(before, rule)
    due: dict[UUID, Award] = {}
    for account in accounts:
        earlier = before[account.pk]
        if account.pk in refused or (earlier and not _is_over(earlier[-1], today)):
            continue
        found = assessed[account.pk]
        amount_minor = amount(rule, believed(found.person, version.parsed.proofs, today), today, held[account.pk])
        if not amount_minor:
            refused[account.pk] = errors.HoldsTheMost()
            continue
        due[account.pk] = Award(
            id=uuid7(),
            learning_account=account,
            rule_version=version,
            kind=rule.code,
            period=_period(rule, len(earlier), today),
            amount_minor=amount_minor,
            reasons=list(found.assessment.met),
            courses_at_most=rule.courses_at_most,
            awarded_at=now,
        )
    _as_many_as_there_are(due, rule, version.scheme, refused)
    short: dict[UUID, Refusal] = {}
    if due and version.parsed.budget.waiting_list:
        need = {account: _need(assessed[account].person, version.parsed, rule, today) for account in due}
        short = waiting.put_in_line(due, need, in_line, version, actor)
        refused |= short
    made = _store(list(due.values()))
    new = {account: award for account, award in due.items() if award.pk in made}
    _fill(list(new.values()), rule, today, actor)
    waiting.end(in_line, new.keys(), short.keys(), actor)
    # The second of two mentions of one account finds its award made.
    return [refused.get(account.pk) or new.pop(account.pk, None) or errors.AlreadyAwarded() for account in accounts]


def _take_turns(scheme: Scheme) -> None:
    """Where there is a line nobody gives from it, or joins it, on what they read before somebody else did.

    Refuses `SchemeClosed` when it was paused or closed meanwhile: its line has ended.
    """
    if Scheme.objects.select_for_update(no_key=True).get(pk=scheme.pk).state != Scheme.State.OPEN:
        raise errors.SchemeClosed(scheme=scheme.name)
    ledger.lock([scheme.awards_from_id])


def _need(person: Circumstances, rules: Rules, rule: AwardRule, today: dt.date) -> int:
    """How much more than the core the rules give this person, in per cent: whom a line by need begins with."""
    return extra_percent(rule, believed(person, rules.proofs, today), today)


def _rule(rules: Rules, kind: str | None) -> AwardRule | None:
    return next((rule for rule in rules.awards if kind in (None, rule.code)), None)


@dataclass(frozen=True, slots=True)
class _Assessed:
    learner: Learner
    person: Circumstances
    assessment: Assessment


def _assess(
    accounts: Sequence[LearningAccount], version: RuleVersion, rule: AwardRule, today: dt.date
) -> Mapping[UUID, _Assessed]:
    """Each account's learner as they are now, and whether the scheme and this award are for them. Two queries."""
    rules = version.parsed
    learners = Learner.objects.in_bulk({account.learner_id for account in accounts})
    proven = Evidence.objects.proven(learners.keys(), [rules])
    found = {}
    for account in accounts:
        learner = learners[account.learner_id]
        person = learner.circumstances(proven.get(learner.pk))
        of_scheme, of_award = assess(person, rules, today), assess_group(person, rule.who, rules.proofs, today)
        both = Assessment(of_scheme.reasons + of_award.reasons, of_scheme.met + of_award.met)
        found[account.pk] = _Assessed(learner, person, both)
    return found


def _not_eligible(assessed: Mapping[UUID, _Assessed], version: RuleVersion, today: dt.date) -> Mapping[UUID, Refusal]:
    against = {account: found for account, found in assessed.items() if not found.assessment.eligible}
    refusals = not_eligible([(found.learner, version.scheme, found.assessment) for found in against.values()], today)
    return dict(zip(against, refusals, strict=True))


def _awards_before(accounts: Sequence[LearningAccount], kind: str) -> Mapping[UUID, list[Award]]:
    """The awards of this kind that these accounts have had, the newest last. Two queries."""
    found: dict[UUID, list[Award]] = defaultdict(list)
    awards = Award.objects.filter(learning_account__in=[account.pk for account in accounts], kind=kind)
    for award in awards.select_related("purse").order_by("awarded_at", "id"):
        found[award.learning_account_id].append(award)
    # One object a version, so that its rules are read once and not once an award.
    versions = RuleVersion.objects.in_bulk({award.rule_version_id for several in found.values() for award in several})
    for several in found.values():
        for award in several:
            award.rule_version = versions[award.rule_version_id]
    return found


def _held(before: Mapping[UUID, Sequence[Award]], rule: AwardRule) -> Mapping[UUID, int]:
    """What the purses of earlier awards still hold, by account, where the rule limits that; else nothing. One query."""
    held: dict[UUID, int] = defaultdict(int)
    if rule.holds_at_most_minor is None:
        return held
    left = ledger.balances([award.purse.ledger_account_id for several in before.values() for award in several])
    for account, several in before.items():
        held[account] = sum(left[award.purse.ledger_account_id] for award in several)
    return held


def _as_many_as_there_are(
    due: dict[UUID, Award], rule: AwardRule, scheme: Scheme, refused: dict[UUID, Refusal]
) -> None:
    """Leave in `due` the awards that are among the first `awards_at_most`; the others are refused. Locks the scheme."""
    if rule.awards_at_most is not None:
        Scheme.objects.select_for_update(no_key=True).get(pk=scheme.pk)
        made = Award.objects.filter(learning_account__scheme=scheme, kind=rule.code).count()
        for account in list(due)[max(0, rule.awards_at_most - made) :]:
            del due[account]
            refused[account] = errors.AwardsAllMade(most=rule.awards_at_most)


def _is_over(award: Award, today: dt.date) -> bool:
    """Whether the period of this award is over, under its own rules, so that there may be a next."""
    purse = award.purse
    return is_over(
        award.rule_version.parsed.award(award.kind),
        awarded_on=_day(award.awarded_at),
        first_used_on=purse.first_used_on,
        expires_on=purse.expires_on,
        on=today,
    )


def _lasts(rule: AwardRule, on: dt.date) -> Q:
    """What `_is_over` says no to, of awards under this rule, in SQL.

    An award is made only when the one before is over, so that at most one of an account lasts.
    """
    match rule.period:
        case "once":
            return Q()
        case "calendar_year":
            return Q(awarded_at__gte=_midnight(dt.date(on.year, 1, 1)))
        case "programme_year":
            return Q(awarded_at__gte=_midnight(programme_year(rule, on)))
    try:
        began_before = on.replace(year=on.year - rule.years)
    except ValueError:  # 29 February
        began_before = dt.date(on.year - rule.years, 2, 28)
    if rule.year_from == "first_use":
        unused = Q(purse__first_used_on=None, purse__expires_on__gte=on)
        return unused | Q(purse__first_used_on__gt=began_before)
    return Q(awarded_at__gte=_midnight(began_before + dt.timedelta(days=1)))


def _period(rule: AwardRule, earlier: int, today: dt.date) -> str:
    """The period's permanent name: an account never has two awards of one kind under the same one.

    Rolling years are counted and not dated, so that two who award on either side of midnight name the same one.
    """
    match rule.period:
        case "once":
            return "once"
        case "calendar_year":
            return str(today.year)
        case "programme_year":
            return programme_year(rule, today).isoformat()
        case _:
            return f"year {earlier + 1}"


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


def _fill(awards: Sequence[Award], rule: AwardRule, today: dt.date, actor: Actor) -> None:
    if not awards:
        return
    scheme = awards[0].rule_version.scheme
    purses = [
        Purse(
            id=uuid7(),
            learning_account=award.learning_account,
            award=award,
            amount_minor=award.amount_minor,
            earmark=rule.earmark,
            categories=list(rule.categories),
            expires_on=last_day(rule, today),
        )
        for award in awards
    ]
    opened = ledger.open_accounts([NewAccount("purse", scheme.currency, True, "purse", purse.id) for purse in purses])
    for purse, account in zip(purses, opened, strict=True):
        purse.ledger_account_id = account
    Purse.objects.bulk_create(purses)
    # As late as can be: whoever else awards from this scheme waits from here on.
    _check_budget(scheme, awards)
    ledger.post([_transfer(purse, scheme, actor) for purse in purses])


def _check_budget(scheme: Scheme, awards: Sequence[Award]) -> None:
    """Refuses `BudgetExhausted` when there is less than all of these come to, in the pot, or below the ceiling.

    And `SchemeClosed` when it was paused or closed meanwhile (`accounts.closing`), which waits for the same lock: that
    on the balance of the account that awards come from.
    """
    source = scheme.awards_from_id
    left_minor, wanted_minor = ledger.lock([source])[source], sum(award.amount_minor for award in awards)
    if not Scheme.objects.filter(pk=scheme.pk, state=Scheme.State.OPEN).exists():
        raise errors.SchemeClosed(scheme=scheme.name)
    if left_minor < wanted_minor:
        raise errors.BudgetExhausted(
            scheme=scheme, left_minor=left_minor, wanted_minor=wanted_minor, awards=len(awards)
        )


def _transfer(purse: Purse, scheme: Scheme, actor: Actor) -> Transfer:
    return Transfer(
        debit=scheme.awards_from_id,
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
