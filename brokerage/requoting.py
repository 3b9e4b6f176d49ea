"""Requoting: how a request stands now, against how it stood when it was asked."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import prefetch_related_objects

import ledger
from accounts.models import RuleVersion
from accounts.pricing import Split
from accounts.schemes import current_rules
from brokerage.models import Request
from brokerage.requesting import Quote, quote_all
from config.refusals import Refusal
from providers.models import CourseRun, RunExtra
from providers.sale import why_not_on_sale
from vouchers.places import places_taken


@dataclass(frozen=True, slots=True)
class Now:
    """A request's run today, under the rules that the request was made under.

    `split` is None where it has no price in the scheme's currency any more; `places_left` where nobody said how many
    there are. `newer_rules` are the scheme's, where it has others by now: they price what is asked anew.
    """

    request: Request
    split: Split | None
    not_on_sale: Refusal | None
    places_left: int | None
    newer_rules: RuleVersion | None

    @property
    def differs(self) -> bool:
        """Whether who pays what is not what the learner was told."""
        now, then = self.split, self.request
        return now is None or (now.price_minor, now.from_purse_minor) != (then.price_minor, then.from_purse_minor)

    @property
    def lapsed(self) -> bool:
        """Whether the learner could not buy it as it stands: another price, less from the account, not on sale."""
        if self.not_on_sale is not None or self.split is None:
            return True
        then = self.request
        return self.split.price_minor != then.price_minor or self.split.from_purse_minor < then.from_purse_minor

    @property
    def full(self) -> bool:
        return self.places_left == 0

    @property
    def fingerprint(self) -> str:
        """What an adviser saw, in a few letters: another whenever any of it is otherwise."""
        then, now = self.request, self.split
        facts = (
            *(then.pk, then.run_id, then.state, then.approvals, then.price_minor, then.from_purse_minor),
            *((now.price_minor, now.from_purse_minor) if now else ()),
            *(self.not_on_sale.code if self.not_on_sale else "", self.full),
            self.newer_rules.pk if self.newer_rules else "",
        )
        return hashlib.sha256("|".join(map(str, facts)).encode()).hexdigest()[:16]


def now_of(request: Request) -> Now:
    """How this request stands now. A fixed number of queries."""
    today = ledger.today()
    account, run = request.learning_account, request.run
    prefetch_related_objects([request], "extras__extra")
    priced = requote(request, run, [each.extra for each in request.extras.all()])
    current = current_rules({account.scheme_id}, today).get(account.scheme_id)
    left = None if run.places is None else max(0, run.places - places_taken([run.pk])[run.pk])
    return Now(
        request=request,
        split=priced.split if priced else None,
        not_on_sale=why_not_on_sale([run], today).get(run.pk),
        places_left=left,
        newer_rules=current if current and current.pk != request.rule_version_id else None,
    )


def requote(request: Request, run: CourseRun, extras: Sequence[RunExtra]) -> Quote | None:
    """What this run would cost the request's learner today, under the request's own rules; None where it has no price
    in the scheme's currency. What they get from elsewhere counts for the course that they asked for, and no other."""
    key = (request.learning_account_id, run.pk)
    aid = request.other_aid_minor if run.pk == request.run_id else 0
    return quote_all(
        [(request.learning_account, run)], {key: request.rule_version}, {key: aid}, {key: list(extras)}
    ).get(key)
