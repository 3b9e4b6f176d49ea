"""Sponsors and what they put in, in the situations that tests begin from."""

from __future__ import annotations

import datetime as dt
from typing import Any

import ledger
from accounts import sponsoring
from accounts.models import LearningAccount, Purse, Scheme, Sponsor
from accounts.sponsoring import TopUpOrder
from config.ids import uuid7
from config.refusals import only
from tests.factories.accounts import ACTOR


def a_sponsor(scheme: Scheme, name: str = "Foundry Ltd", kind: Sponsor.Kind = Sponsor.Kind.EMPLOYER) -> Sponsor:
    return sponsoring.add_sponsor(scheme, name, kind, actor=ACTOR)


def an_order(account: LearningAccount, amount_minor: int = 50_00, **changes: Any) -> TopUpOrder:
    """£50 for a hundred days, for any course, unless `changes` say otherwise."""
    usual: dict[str, Any] = {
        "account": account.pk,
        "amount_minor": amount_minor,
        "reference": f"payroll {uuid7()}",
        "expires_on": ledger.today() + dt.timedelta(days=100),
    }
    return TopUpOrder(**usual | changes)


def topped_up(
    account: LearningAccount, amount_minor: int = 50_00, *, sponsor: Sponsor | None = None, **changes: Any
) -> Purse:
    """A purse of the account that a sponsor filled."""
    sponsor = sponsor or Sponsor.objects.filter(scheme=account.scheme).first() or a_sponsor(account.scheme)
    return only(sponsoring.top_up([an_order(account, amount_minor, **changes)], sponsor=sponsor, actor=ACTOR)).purse
