"""Schemes: set up from a preset, paid into, and run under versioned rules."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path
from typing import Any
from uuid import UUID

from django.db import transaction

import ledger
from accounts import errors, events
from accounts.models import RuleVersion, Scheme
from accounts.rules import parse
from config.ids import uuid7
from ledger import Actor, NewAccount, Transfer

PRESETS = Path(__file__).resolve().parent / "presets"


def preset(slug: str) -> dict[str, Any]:
    """A scheme that ships with Waymark: its name, funder, source and rules. Raises FileNotFoundError."""
    data: dict[str, Any] = json.loads((PRESETS / f"{slug}.json").read_text())
    return data


def set_up(data: dict[str, Any], *, actor: Actor) -> Scheme:
    """A scheme with its first rule version and its accounts: funder, pot, refund due, card clearing.

    Raises RulesInvalid.
    """
    parse(data["rules"])
    with transaction.atomic():
        scheme = Scheme(
            id=uuid7(),
            slug=data["slug"],
            name=data["name"],
            funder_name=data["funder_name"],
            currency=data["currency"],
            opens_on=ledger.today(),
        )
        kinds = {"funder": False, "pot": True, "refund_due": True, "card_clearing": False}
        opened = ledger.open_accounts(
            [NewAccount(kind, scheme.currency, bounded, "scheme", scheme.id) for kind, bounded in kinds.items()]
        )
        for kind, account in zip(kinds, opened, strict=True):
            setattr(scheme, f"{kind}_id", account)
        scheme.save(force_insert=True)
        version = RuleVersion.objects.create(
            scheme=scheme, number=1, valid_from=scheme.opens_on, rules=data["rules"], source=data.get("source", "")
        )
        ledger.record(events.SCHEME_SET_UP.by(actor, subject=scheme.subject, rule_version=version.id))
    return scheme


def publish_rules(
    scheme: Scheme, rules: dict[str, Any], *, valid_from: dt.date, source: str, actor: Actor
) -> RuleVersion:
    """A new version of a scheme's rules from a day on; what was decided under earlier ones stays under them.

    Raises RulesInvalid. Locks the scheme.
    """
    parse(rules)
    with transaction.atomic():
        Scheme.objects.select_for_update().get(pk=scheme.pk)
        last = scheme.rule_versions.order_by("-number").values_list("number", flat=True).first() or 0
        version = RuleVersion.objects.create(
            scheme=scheme, number=last + 1, valid_from=valid_from, rules=rules, source=source
        )
        ledger.record(
            events.RULES_PUBLISHED.by(
                actor, subject=scheme.subject, rule_version=version.id, number=version.number, valid_from=valid_from
            )
        )
    return version


def pay_in(scheme: Scheme, amount_minor: int, *, reference: str, actor: Actor) -> None:
    """The funder pays into the pot; twice under the same reference is once. Refuses `AmountNotPositive`."""
    if amount_minor <= 0:
        raise errors.AmountNotPositive(field="amount_minor")
    with transaction.atomic():
        ledger.post(
            [
                Transfer(
                    debit=scheme.funder_id,
                    credit=scheme.pot_id,
                    amount_minor=amount_minor,
                    currency=scheme.currency,
                    kind="funding",
                    reference=f"funding:{scheme.id}:{reference}",
                    event=events.SCHEME_PAID_IN.by(actor, subject=scheme.subject, amount_minor=amount_minor),
                )
            ]
        )


def current_rules(schemes: set[UUID], on: dt.date) -> dict[UUID, RuleVersion]:
    """The rule version in force on that day, by scheme. One query."""
    versions = RuleVersion.objects.filter(scheme__in=schemes, valid_from__lte=on).order_by("scheme", "valid_from")
    return {version.scheme_id: version for version in versions.select_related("scheme")}
