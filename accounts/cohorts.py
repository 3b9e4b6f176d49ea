"""Cohorts: every learning account of a scheme is given its award, however many there are."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

import ledger
from accounts import errors, waiting
from accounts.awarding import CHUNK, award, had_theirs
from accounts.models import Award, LearningAccount, RuleVersion, Scheme
from accounts.schemes import current_rules
from config.refusals import Refusal
from ledger import Actor

# What is refused to a whole chunk, and would be to the next one.
STOPPED_BY = (errors.BudgetExhausted, errors.SchemeClosed)


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a run has come. `accounts` is how many the scheme had when it began; more may be opened meanwhile.

    Of those considered each is either awarded, or had the award of this period already, or was refused, counted by the
    refusal's code. `awarded_minor` is in the scheme's currency. `stopped` is why no more will come: the accounts of
    the chunk that met it are not among those considered.
    """

    accounts: int
    considered: int = 0
    awarded: int = 0
    awarded_minor: int = 0
    already: int = 0
    refused: Mapping[str, int] = field(default_factory=dict)
    stopped: Refusal | None = None

    @property
    def not_reached(self) -> int:
        return max(self.accounts - self.considered, 0)


def kinds(scheme: Scheme) -> list[str]:
    """The kinds of award that the scheme's rules of the day name, in their order; none before its first rules."""
    version = current_rules({scheme.pk}, ledger.today()).get(scheme.pk)
    return [rule.code for rule in version.parsed.awards] if version else []


def award_cohort(scheme: Scheme, kind: str | None = None, *, actor: Actor, chunk: int = CHUNK) -> Iterator[Progress]:
    """Give every learning account of the scheme its award of a kind, as `awarding.award` does: exactly once a period.

    Without a `kind`, the first in the rules. Goes through the accounts in the order in which they were opened, `chunk`
    at a time, and says how far it has come before the first and after each. Each chunk is its own transaction, so this
    is called in none: whoever stops listening, or is killed, leaves whole chunks, and the next run makes exactly the
    rest. Those who had this period's award when the run began are passed over without being assessed again.

    A pot that cannot cover a chunk stops the run there, with `BudgetExhausted` and its figures in `stopped`: who gets
    the smaller amount that is left is the funder's to say. Where the rules say it, by a waiting list, the run goes on,
    and whoever there is no money for has a place in the line, refused as `waiting_for_money`. A scheme that is closed
    meanwhile stops it too. Refuses `SchemeClosed` and `NoSuchAward` before anything is done; raises ValueError for a
    chunk that is none, or larger than `CHUNK`.

    A fixed number of queries a chunk. Locks what `award` does.
    """
    if not 1 <= chunk <= CHUNK:
        raise ValueError(f"A chunk is of 1 to {CHUNK} accounts, not {chunk}.")
    today = ledger.today()
    version = current_rules({scheme.pk}, today).get(scheme.pk)
    if version is None or not version.scheme.takes_new(today):
        raise errors.SchemeClosed(scheme=scheme.name)
    kinds = [rule.code for rule in version.parsed.awards]
    kind = kind or kinds[0]
    if kind not in kinds:
        raise errors.NoSuchAward(kind=kind)
    return _run(scheme, kind, today, actor, chunk)


def award_waiting(scheme: Scheme, *, actor: Actor) -> int:
    """Give those who wait for a scheme's money their awards, in the order of the line, as far as it goes; how many.

    Each is awarded exactly once, as `awarding.award` does, and whoever is not eligible any more leaves the line. Run
    again, it goes on. A scheme that is paused keeps its line. Locks what `award` does, chunk by chunk.
    """
    awarded = 0
    while (version := current_rules({scheme.pk}, ledger.today()).get(scheme.pk)) and (
        front := waiting.front(scheme, version.parsed, most=_payable(version))
    ):
        answers = award([one.learning_account for one in front], front[0].kind, actor=actor)
        awarded += sum(isinstance(answer, Award) for answer in answers)
        if any(isinstance(answer, (*STOPPED_BY, errors.WaitingForMoney)) for answer in answers):
            break
    return awarded


def _payable(version: RuleVersion) -> int:
    """About how many awards there is money for, so that nobody is assessed for one that there is none for."""
    scheme = version.scheme
    left_minor = ledger.balances([scheme.awards_from_id])[scheme.awards_from_id]
    return min(CHUNK, -(-left_minor // min(rule.amount_minor for rule in version.parsed.awards)))


def _run(scheme: Scheme, kind: str, today: dt.date, actor: Actor, chunk: int) -> Iterator[Progress]:
    progress = Progress(accounts=scheme.learning_accounts.count())
    yield progress
    for accounts in _chunks(scheme, chunk):
        had = had_theirs(accounts, kind, today)
        answers = award([account for account in accounts if account.pk not in had], kind, actor=actor)
        stopped = next((answer for answer in answers if isinstance(answer, STOPPED_BY)), None)
        if stopped:
            yield replace(progress, stopped=stopped)
            return
        progress = _further(progress, answers, len(had))
        yield progress


def _chunks(scheme: Scheme, chunk: int) -> Iterator[list[LearningAccount]]:
    in_order = scheme.learning_accounts.order_by("pk")
    accounts = list(in_order[:chunk])
    while accounts:
        yield accounts
        accounts = list(in_order.filter(pk__gt=accounts[-1].pk)[:chunk])


def _further(progress: Progress, answers: Sequence[Award | Refusal], had: int) -> Progress:
    awards = [answer for answer in answers if isinstance(answer, Award)]
    refused = Counter(answer.code for answer in answers if isinstance(answer, Refusal))
    # Somebody else awarded them between the look and the award.
    had += refused.pop(errors.AlreadyAwarded.code, 0)
    return replace(
        progress,
        considered=progress.considered + len(awards) + had + refused.total(),
        awarded=progress.awarded + len(awards),
        awarded_minor=progress.awarded_minor + sum(award.amount_minor for award in awards),
        already=progress.already + had,
        refused=Counter(progress.refused) + refused,
    )
