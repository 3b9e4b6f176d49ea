"""Schemes: set up from a file, paid into, and run under versioned rules."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Mapping
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_lazy as _

import ledger
from accounts import ceilings, errors, events, scheme_files
from accounts.models import RuleVersion, Scheme
from accounts.rules import MOST, Rules, parse, wrong
from accounts.scheme_files import SchemeFile
from config.ids import uuid7
from config.walls import walled_by
from ledger import Actor, NewAccount, Transfer

ACCOUNTS = {"funder": False, "pot": True, "refund_due": True, "card_clearing": False}
# What a scheme has besides that gives rights to spend instead of money that is set aside.
COMMITMENT_ACCOUNTS = {"authority": False, "headroom": True}


def set_up(data: Mapping[str, Any], *, actor: Actor) -> Scheme:
    """A scheme that is open, with its first rule version and its accounts, from what its file says (`scheme_files`).

    Raises RulesInvalid; refuses `SchemeExists`.
    """
    said = scheme_files.read_file(data)
    with transaction.atomic():
        scheme = create(said, actor=actor)
        open_with(scheme, said.rules, source=said.source, actor=actor)
    return scheme


def create(said: SchemeFile, *, actor: Actor) -> Scheme:
    """A scheme without rules, which takes nobody yet, with its accounts: funder, pot, refund due and card clearing.

    One that gives rights to spend has an authority and headroom besides. Raises RulesInvalid for a scheme that is over
    before it opens; refuses `SchemeExists`.
    """
    opens_on = max(said.opens_on or ledger.today(), ledger.today())
    if said.closes_on is not None and said.closes_on < opens_on:
        raise wrong("closes_on", _("it is in the past, or before the scheme opens"))
    with transaction.atomic():
        scheme = Scheme(
            id=uuid7(),
            slug=said.slug,
            name=said.name,
            funder_name=said.funder_name,
            currency=said.currency,
            funding=said.funding,
            state=Scheme.State.DRAFT,
            opens_on=opens_on,
            closes_on=said.closes_on,
        )
        wanted = ACCOUNTS | (COMMITMENT_ACCOUNTS if scheme.commits else {})
        opened = ledger.open_accounts(
            [NewAccount(kind, scheme.currency, bounded, "scheme", scheme.id) for kind, bounded in wanted.items()]
        )
        for kind, account in zip(wanted, opened, strict=True):
            setattr(scheme, f"{kind}_id", account)
        taken = errors.SchemeExists(field="slug", slug=scheme.slug)
        with walled_by({"accounts_scheme_slug_key": taken}, savepoint=False):
            scheme.save(force_insert=True)
        ledger.record(events.SCHEME_CREATED.by(actor, subject=scheme.subject))
    return scheme


def open_with(scheme: Scheme, rules: Any, *, source: str, actor: Actor) -> RuleVersion:
    """Open a scheme under its first rules: of a `commitment` scheme, the ceiling of the rules is what it may give.

    Raises RulesInvalid. The caller holds the scheme.
    """
    parsed = parse(rules)
    with transaction.atomic():
        scheme.state, scheme.opens_on = Scheme.State.OPEN, max(scheme.opens_on, ledger.today())
        scheme.save(update_fields=["state", "opens_on"])
        version = RuleVersion.objects.create(
            scheme=scheme, number=1, valid_from=scheme.opens_on, rules=rules, source=source
        )
        happened = events.SCHEME_SET_UP.by(actor, subject=scheme.subject, rule_version=version.id)
        ceiling_minor = parsed.budget.ceiling_minor or 0
        ledger.post([ceilings.moved(scheme, ceiling_minor, happened)] if scheme.commits else [], events=[happened])
    return version


def publish_rules(
    scheme: Scheme, rules: dict[str, Any], *, valid_from: dt.date, source: str, actor: Actor
) -> RuleVersion:
    """A new version of a scheme's rules from a day on; what was decided under earlier ones stays under them.

    A mistake in today's rules is put right today, by a version that counts instead; for a later day there is one
    version. A ceiling of today's rules counts at once; that of a later day's, from that day on (`follow_ceilings`).

    Raises RulesInvalid; refuses `RulesOfThePast`, `RulesOverlap`, `CeilingTooLow`. Locks the scheme.
    """
    parsed = parse(rules)
    with transaction.atomic():
        if valid_from < ledger.today():
            raise errors.RulesOfThePast(field="valid_from")
        Scheme.objects.select_for_update(no_key=True).get(pk=scheme.pk)
        if valid_from > ledger.today() and scheme.rule_versions.filter(valid_from=valid_from).exists():
            raise errors.RulesOverlap(field="valid_from")
        ceilings.check(scheme, parsed)
        last = scheme.rule_versions.order_by("-number").values_list("number", flat=True).first() or 0
        version = RuleVersion.objects.create(
            scheme=scheme, number=last + 1, valid_from=valid_from, rules=rules, source=source
        )
        ledger.record(
            events.RULES_PUBLISHED.by(
                actor, subject=scheme.subject, rule_version=version.id, number=version.number, valid_from=valid_from
            )
        )
        if valid_from == ledger.today():
            ceilings.follow(scheme.pk, actor=actor)
    return version


def follow_ceilings(*, actor: Actor) -> int:
    """Bring each scheme that commits to the ceiling of its rules of the day; how many changed. Can run twice.

    Each is its own transaction, and takes what `ceilings.follow` does.
    """
    committing = Scheme.objects.filter(funding=Scheme.Funding.COMMITMENT).order_by("pk").values_list("pk", flat=True)
    return sum(bool(ceilings.follow(scheme, actor=actor)) for scheme in committing)


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
