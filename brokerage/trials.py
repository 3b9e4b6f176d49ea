"""Trials: a scheme's learners are put at random into arms that differ in how far an adviser's word goes.

Permuted blocks within strata: of each block of a stratum as many learners go each arm as its share says, in an order
that follows from a secret seed alone. Whoever is given the seed can draw every arm again (`arm_at`), and nobody else
can foresee one: no page shows an arm, or the seed. An arm does show in what it does, the request's policy.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db import transaction
from django.db.models import Count

import ledger
from accounts.models import Learner, LearningAccount, RuleVersion, Scheme
from accounts.rules.shape import Arm
from accounts.rules.shape import Trial as Design
from brokerage import events
from brokerage.models import Policy
from brokerage.trial_models import Stratum, Trial, TrialAssignment
from config.bulk import write_back
from config.ids import uuid7
from ledger import Actor

LOW_LEVEL = 2  # "level 2 or below" is whom ILA Wales 2003 was for


@dataclass(frozen=True, slots=True)
class InArm:
    """How many learners of a stratum are in an arm."""

    stratum: str
    arm: str
    learners: int


def arm_at(design: Design, seed: bytes, stratum: str, position: int) -> Arm:
    """The arm of the learner who comes at this position, from 0, in their stratum. Pure.

    A block has as many places as the shares make. Its order: the arms as the rules name them, each as often as its
    share, sorted by HMAC-SHA256(seed, "stratum|block|place"); blocks and places count from 0.
    """
    places = [arm for arm in design.arms for _time in range(arm.share)]
    block, within = divmod(position, len(places))

    def drawn(place: int) -> bytes:
        return hmac.digest(seed, f"{stratum}|{block}|{place}".encode(), hashlib.sha256)

    return places[sorted(range(len(places)), key=drawn)[within]]


def stratum_of(design: Design, learner: Learner) -> str:
    """What this learner is in the trial's own terms, such as `wales/low/employed`. Pure."""
    level = learner.qualification_level
    qualification = "unknown" if level is None else "low" if level <= LOW_LEVEL else "higher"
    terms = {
        "residence": learner.residence,
        "qualification": qualification,
        "employment": learner.employment or "unknown",
    }
    return "/".join(terms[term] for term in design.stratify_by) or "all"


def policies(wanted: Iterable[tuple[UUID, RuleVersion]]) -> dict[UUID, Policy]:
    """The policy of the arm that each learning account, by its id, is in under the trial of its rules.

    Who is in none yet is not in the answer. One query, and none where none of the rules has a trial.
    """
    codes = {account: version.parsed.adviser.trial for account, version in wanted}
    trials = {account: trial.code for account, trial in codes.items() if trial is not None}
    if not trials:
        return {}
    found = TrialAssignment.objects.filter(learning_account__in=trials.keys()).select_related("trial__rule_version")
    return {
        each.learning_account_id: _policy(each.trial.design, each.arm)
        for each in found
        if trials[each.learning_account_id] == each.trial.code
    }


def assign(wanted: Sequence[tuple[LearningAccount, RuleVersion]], *, actor: Actor) -> dict[UUID, Policy]:
    """Put each account's learner into an arm of its rules' trial, once and for good; the arms' policies, by account.

    Rules without a trial are left out. Asked again, or under later rules with the same trial, the arm stays. A fixed
    number of queries. Locks the strata, in order of trial and code; `wanted` are locked by the caller.
    """
    asking = {account.pk: (account, version) for account, version in wanted if version.parsed.adviser.trial}
    if not asking:
        return {}
    with transaction.atomic():
        known = policies((pk, version) for pk, (_account, version) in asking.items())
        new = [pair for pk, pair in asking.items() if pk not in known]
        trials = _begin([version for _account, version in new], actor)
        made = _draw([(account, version, trials[_key(version)]) for account, version in new])
        TrialAssignment.objects.bulk_create(made)
        ledger.record(*(_assigned(each, asking[each.learning_account_id][0], actor) for each in made))
    return known | {each.learning_account_id: _policy(each.trial.design, each.arm) for each in made}


def assignments(scheme: Scheme, trial: str) -> list[InArm]:
    """How many learners are in each arm of each stratum of a scheme's trial, by its code. One query."""
    counted = (
        TrialAssignment.objects.filter(trial__scheme=scheme, trial__code=trial)
        .values("stratum", "arm")
        .annotate(learners=Count("pk"))
        .order_by("stratum", "arm")
    )
    return [InArm(**row) for row in counted]


def _key(version: RuleVersion) -> tuple[UUID, str]:
    trial = version.parsed.adviser.trial
    assert trial is not None  # `assign` left the others out
    return version.scheme_id, trial.code


def _begin(versions: Sequence[RuleVersion], actor: Actor) -> dict[tuple[UUID, str], Trial]:
    """The trials of these rules, by scheme and code; one that had nobody in it begins, with a seed of its own.

    Of two that begin it at the same instant the constraint takes one.
    """
    by_key = {_key(version): version for version in versions}

    def found() -> dict[tuple[UUID, str], Trial]:
        trials = Trial.objects.filter(scheme__in={scheme for scheme, _code in by_key}).select_related("rule_version")
        return {(trial.scheme_id, trial.code): trial for trial in trials}

    trials = found()
    missing = [
        Trial(
            id=uuid7(),
            scheme_id=version.scheme_id,
            code=code,
            rule_version=version,
            seed=secrets.token_bytes(32),
            begun_at=ledger.now(),
        )
        for (_scheme, code), version in sorted(by_key.items(), key=lambda item: item[0])
        if _key(version) not in trials
    ]
    if missing:
        Trial.objects.bulk_create(missing, ignore_conflicts=True)
        trials = found()
        mine = {trial.pk for trial in missing}
        ledger.record(*(_begun(trial, actor) for trial in trials.values() if trial.pk in mine))
    return trials


def _draw(new: Sequence[tuple[LearningAccount, RuleVersion, Trial]]) -> list[TrialAssignment]:
    """An arm for each, in their order, at the next positions of their strata."""
    codes = [stratum_of(trial.design, account.learner) for account, _version, trial in new]
    strata = _lock_strata({(trial.pk, code) for (_account, _version, trial), code in zip(new, codes, strict=True)})
    now, made = ledger.now(), []
    for (account, version, trial), code in zip(new, codes, strict=True):
        stratum = strata[trial.pk, code]
        made.append(
            TrialAssignment(
                id=uuid7(),
                trial=trial,
                learning_account=account,
                stratum=code,
                position=stratum.assigned,
                arm=arm_at(trial.design, bytes(trial.seed), code, stratum.assigned).code,
                rule_version=version,
                assigned_at=now,
            )
        )
        stratum.assigned += 1
    write_back(strata.values(), "assigned")
    return made


def _lock_strata(wanted: set[tuple[UUID, str]]) -> Mapping[tuple[UUID, str], Stratum]:
    Stratum.objects.bulk_create(
        [Stratum(trial_id=trial, code=code) for trial, code in sorted(wanted)], ignore_conflicts=True
    )
    of_these = Stratum.objects.filter(trial__in={trial for trial, _ in wanted}, code__in={code for _, code in wanted})
    locked = of_these.order_by("trial", "code").select_for_update()
    return {(stratum.trial_id, stratum.code): stratum for stratum in locked}


def _policy(design: Design, code: str) -> Policy:
    return Policy(next(arm.policy for arm in design.arms if arm.code == code))


def _begun(trial: Trial, actor: Actor) -> ledger.Event:
    return events.TRIAL_BEGUN.by(
        actor,
        subject=trial.subject,
        scheme=trial.scheme_id,
        trial=trial.code,
        rule_version=trial.rule_version_id,
        seed_sha256=hashlib.sha256(bytes(trial.seed)).hexdigest(),
    )


def _assigned(made: TrialAssignment, account: LearningAccount, actor: Actor) -> ledger.Event:
    """The arm, so that the log shows if its row is ever written otherwise; not the stratum: it describes a person."""
    return events.TRIAL_ASSIGNED.by(
        actor,
        subject=account.subject,
        learner=account.learner_id,
        scheme=account.scheme_id,
        trial=made.trial.code,
        assignment=made.pk,
        arm=made.arm,
        rule_version=made.rule_version_id,
    )
