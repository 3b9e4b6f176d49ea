"""Awarding: an entitlement fills a purse from the pot, once a learning account, kind and period."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from django.db import transaction

import ledger
from accounts import errors, events
from accounts.models import Award, LearningAccount, Purse, RuleVersion
from accounts.rules import AwardRule
from accounts.schemes import current_rules
from config.ids import uuid7
from config.refusals import Refusal
from ledger import Actor, NewAccount, Transfer
from ledger.errors import InsufficientFunds

CHUNK = 2000


def award(accounts: Sequence[LearningAccount], *, actor: Actor) -> list[Award | Refusal]:
    """Give each account its award under the rules of the day, exactly once a period however often it is asked.

    Set-wise, in chunks of `CHUNK`, each its own transaction: what a chunk made stays when a later one fails, and
    running again makes only what is missing. A pot that is short refuses its whole chunk.

    Refuses `AlreadyAwarded`, `BudgetExhausted`. Locks the pot's balance once a chunk.
    """
    answers: list[Award | Refusal] = []
    for start in range(0, len(accounts), CHUNK):
        chunk = accounts[start : start + CHUNK]
        try:
            with transaction.atomic():
                answers += _award_chunk(chunk, actor)
        except InsufficientFunds:
            answers += [errors.BudgetExhausted() for _account in chunk]
    return answers


def _award_chunk(accounts: Sequence[LearningAccount], actor: Actor) -> list[Award | Refusal]:
    now, today = ledger.now(), ledger.today()
    versions = current_rules({account.scheme_id for account in accounts}, today)
    running = set(
        Purse.objects.filter(learning_account__in=[account.pk for account in accounts], expires_on__gte=today)
        .filter(award__rule_version__rules__award__period="rolling_year")
        .values_list("learning_account_id", flat=True)
    )
    wanted = {
        account.pk: _award(account, versions[account.scheme_id], now, today)
        for account in accounts
        if account.pk not in running
    }
    # The constraint decides which are new, also against somebody who awards at the same instant.
    Award.objects.bulk_create(wanted.values(), ignore_conflicts=True)
    made = set(Award.objects.filter(pk__in=[award.pk for award in wanted.values()]).values_list("pk", flat=True))
    new = [award for award in wanted.values() if award.pk in made]
    _fill(new, today, actor)
    return [
        wanted[account.pk] if account.pk in wanted and wanted[account.pk].pk in made else errors.AlreadyAwarded()
        for account in accounts
    ]


def _award(account: LearningAccount, version: RuleVersion, now: dt.datetime, today: dt.date) -> Award:
    rule = version.parsed.award
    return Award(
        id=uuid7(),
        learning_account=account,
        rule_version=version,
        period=_period(rule, today),
        amount_minor=rule.amount_minor,
        awarded_at=now,
    )


def _period(rule: AwardRule, today: dt.date) -> str:
    """The period's permanent name: an account never has two awards of one kind under the same one.

    A rolling year is named by its first day; it begins with the award, and the next can be made when it is over.
    """
    if rule.period == "once":
        return "once"
    return str(today.year) if rule.period == "calendar_year" else f"from {today.isoformat()}"


def _fill(awards: Sequence[Award], today: dt.date, actor: Actor) -> None:
    purses = [
        Purse(
            id=uuid7(),
            learning_account=award.learning_account,
            award=award,
            amount_minor=award.amount_minor,
            expires_on=today + dt.timedelta(days=award.rule_version.parsed.award.purse_days),
        )
        for award in awards
    ]
    opened = ledger.open_accounts(
        [NewAccount("purse", purse.award.rule_version.scheme.currency, True, "purse", purse.id) for purse in purses]
    )
    for purse, account in zip(purses, opened, strict=True):
        purse.ledger_account_id = account
    Purse.objects.bulk_create(purses)
    ledger.post([_transfer(purse, actor) for purse in purses])


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
