"""Schemes that have a budget to keep to, and what learners buy from them, by the rooms' own capabilities."""

from __future__ import annotations

from typing import Any

import ledger
from accounts import awarding, schemes
from accounts.models import LearningAccount, Scheme
from accounts.pricing import Split
from accounts.scheme_files import preset
from config.ids import uuid7
from config.refusals import only
from providers.models import CourseRun, Provider
from tests.factories.accounts import ACTOR, an_account, rules
from tests.factories.providers import ProviderFactory
from tests.factories.vouchers import a_run, pay_own_share
from vouchers import issuing
from vouchers.issuing import Order
from vouchers.models import Voucher


def a_budget(
    slug: str = "ila-wales-2003",
    *,
    ceiling: int | None = None,
    paid_in: int = 0,
    budget: dict[str, Any] | None = None,
    **changes: dict[str, Any],
) -> Scheme:
    """ILA Wales with so much in its pot; with a `ceiling`, its awards are rights to spend under that.

    `budget` is what else its rules say of it, and `changes` what they say elsewhere, as `factories.accounts.rules`.
    """
    said = rules(slug, **changes)
    said["budget"] = (budget or {}) | ({"ceiling_minor": ceiling} if ceiling else {})
    data = preset(slug) | {
        "slug": f"{slug}-{uuid7().hex[-8:]}",
        "rules": said,
        "funding": "commitment" if ceiling else "prefunded",
    }
    scheme = schemes.set_up({name: value for name, value in data.items() if name != "examples"}, actor=ACTOR)
    if paid_in:
        schemes.pay_in(scheme, paid_in, reference="first", actor=ACTOR)
    return scheme


def awarded(scheme: Scheme, **facts: Any) -> LearningAccount:
    """A learner's account with an award in it."""
    account = an_account(scheme, **facts)
    only(awarding.award([account], actor=ACTOR))
    return account


def an_order(account: LearningAccount, run: CourseRun, *, own: int = 0) -> Order:
    """A course run at its price, of which the learner pays `own`, and the account the rest."""
    version = schemes.current_rules({account.scheme_id}, ledger.today())[account.scheme_id]
    price = run.price_minor or 0
    split = Split(price_minor=price, from_purse_minor=price - own, own_minor=own, band="everybody", lines=())
    return Order(account, run, split, version, f"request:{uuid7()}")


def bought(account: LearningAccount, *, worth: int, own: int = 0, provider: Provider | None = None) -> Voucher:
    """A voucher that is issued: the learner has paid their `own` share."""
    run = a_run(provider or ProviderFactory(), worth)
    voucher = only(issuing.reserve([an_order(account, run, own=own)], actor=ACTOR))
    if own:
        pay_own_share(voucher)
    return Voucher.objects.select_related("provider", "learner", "learning_account__scheme").get(pk=voucher.pk)


def money(scheme: Scheme) -> dict[str, int]:
    """What each of the scheme's own accounts holds."""
    kinds = ("funder", "pot", "refund_due", "authority", "headroom")
    ids = {kind: getattr(scheme, f"{kind}_id") for kind in kinds if getattr(scheme, f"{kind}_id")}
    held = ledger.balances(ids.values())
    return {kind: held[account] for kind, account in ids.items()}


def in_purses(scheme: Scheme) -> int:
    """What all purses of a scheme hold together."""
    return sum(ledger.balances(scheme.learning_accounts.values_list("purses__ledger_account", flat=True)).values())
