"""Schemes: set up from a preset, paid into, and run under versioned rules."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import UUID

from django.db import transaction

import ledger
from accounts import errors, events
from accounts.models import RuleVersion, Scheme
from accounts.rules import MOST, Rules, parse, read
from config.ids import uuid7
from config.walls import walled_by
from ledger import Actor, NewAccount, Transfer

PRESETS = Path(__file__).resolve().parent / "presets"
ACCOUNTS = {"funder": False, "pot": True, "refund_due": True, "card_clearing": False}


@dataclass(frozen=True, slots=True)
class Preset:
    """What a preset's file says, with where its arithmetic was published."""

    slug: str
    name: str
    funder_name: str
    currency: str
    rules: Any
    source: str = ""


def preset(slug: str) -> dict[str, Any]:
    """A scheme that ships with Waymark: its name, funder, source and rules. Raises FileNotFoundError."""
    data: dict[str, Any] = json.loads((PRESETS / f"{slug}.json").read_text())
    return data


def set_up(data: dict[str, Any], *, actor: Actor) -> Scheme:
    """A scheme with its first rule version and its accounts: funder, pot, refund due, card clearing.

    Raises RulesInvalid; refuses `SchemeExists`.
    """
    said: Preset = read(Preset, data)
    parse(said.rules)
    with transaction.atomic():
        scheme = Scheme(
            id=uuid7(),
            slug=said.slug,
            name=said.name,
            funder_name=said.funder_name,
            currency=said.currency,
            opens_on=ledger.today(),
        )
        opened = ledger.open_accounts(
            [NewAccount(kind, scheme.currency, bounded, "scheme", scheme.id) for kind, bounded in ACCOUNTS.items()]
        )
        for kind, account in zip(ACCOUNTS, opened, strict=True):
            setattr(scheme, f"{kind}_id", account)
        taken = errors.SchemeExists(field="slug", slug=scheme.slug)
        with walled_by({"accounts_scheme_slug_key": taken}, savepoint=False):
            scheme.save(force_insert=True)
        version = RuleVersion.objects.create(
            scheme=scheme, number=1, valid_from=scheme.opens_on, rules=said.rules, source=said.source
        )
        ledger.record(events.SCHEME_SET_UP.by(actor, subject=scheme.subject, rule_version=version.id))
    return scheme


def publish_rules(
    scheme: Scheme, rules: dict[str, Any], *, valid_from: dt.date, source: str, actor: Actor
) -> RuleVersion:
    """A new version of a scheme's rules from a day on; what was decided under earlier ones stays under them.

    Of two versions from the same day the later published counts. Raises RulesInvalid; refuses `RulesOfThePast`. Locks
    the scheme.
    """
    parse(rules)
    with transaction.atomic():
        if valid_from < ledger.today():
            raise errors.RulesOfThePast(field="valid_from")
        Scheme.objects.select_for_update(no_key=True).get(pk=scheme.pk)
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
    """The funder pays into the pot; twice under the same reference is once.

    Refuses `AmountNotPositive`, also for a fraction of a penny, and the ledger's `DuplicateReference` when the
    reference was another amount's.
    """
    if not isinstance(amount_minor, int) or isinstance(amount_minor, bool) or not 0 < amount_minor <= MOST:
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


def current_rules(schemes: Collection[UUID], on: dt.date) -> dict[UUID, RuleVersion]:
    """The rule version in force on that day, by scheme, with the scheme. One query.

    A scheme whose first rules count from later is not in the answer.
    """
    versions = RuleVersion.objects.filter(scheme__in=schemes, valid_from__lte=on).order_by("valid_from", "number")
    return {version.scheme_id: version for version in versions.select_related("scheme")}


def on_offer(on: dt.date) -> Mapping[Scheme, Rules]:
    """The schemes that take new learners on that day, with their rules, by name. One query."""
    versions = RuleVersion.objects.filter(scheme__state=Scheme.State.OPEN, valid_from__lte=on)
    in_order = versions.select_related("scheme").order_by("valid_from", "number")
    newest = {version.scheme: version for version in in_order}
    by_name = sorted(newest.items(), key=lambda found: found[0].name)
    return {scheme: version.parsed for scheme, version in by_name if scheme.takes_new(on)}
