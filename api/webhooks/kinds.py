"""Kinds: which events a provider is told, and which of an event's fields.

Only what concerns the provider: not how the learner paid, nor where the money went back to, nor who decided at the
scheme. Of the learner there is nothing: whoever needs their name looks the voucher up.
"""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from config.refusals import Sentence
from ledger import EventKind
from providers import events as catalogue
from vouchers import events as vouchers

TEST = "webhook.test"
_MILESTONE = ("number", "code", "amount_minor")
_REDEMPTION = ("redemption", "number", "amount_minor")
_COUNTS = ("created", "changed", "unchanged", "withdrawn", "refused")
_PAYOUT = ("payout", "amount_minor", "currency", "reference", "reason", "paid_on")


@dataclass(frozen=True, slots=True)
class Told:
    """What a kind of event says to a person, and the fields that are told beside what it is about."""

    says: Sentence
    fields: tuple[str, ...] = ()


_TOLD: dict[str, Told] = {
    vouchers.ISSUED.name: Told(_("A voucher is made out to you"), ("price_minor", "accept_by")),
    vouchers.ACCEPTED.name: Told(_("You accepted a voucher")),
    vouchers.STARTED.name: Told(_("A course was started")),
    vouchers.MILESTONE_DECLARED.name: Told(_("You declared a milestone"), (*_MILESTONE, "occurred_on", "confirm_by")),
    vouchers.MILESTONE_CONFIRMED.name: Told(_("A milestone is confirmed: you can redeem it"), _MILESTONE),
    vouchers.MILESTONE_DISPUTED.name: Told(_("A learner objects to a milestone"), _MILESTONE),
    vouchers.COMPLETED.name: Told(_("A course was completed")),
    vouchers.REDEEMED.name: Told(_("A milestone was redeemed"), _REDEMPTION),
    vouchers.REDEMPTION_REVERSED.name: Told(_("A redemption was given back"), _REDEMPTION),
    vouchers.CONTROL_CHANGED.name: Told(_("A voucher is put under review, or cleared"), ("control",)),
    vouchers.CLOSED.name: Told(_("A voucher is closed"), ("outcome", "reason")),
    catalogue.FEED_IMPORTED.name: Told(_("Your feed was imported"), _COUNTS),
    catalogue.FEED_REFUSED.name: Told(_("Your feed was refused"), ("refusal",)),
    catalogue.PROVIDER_ACTIVATED.name: Told(_("You may sell courses"), ("new_until",)),
    catalogue.PROVIDER_STOPPED_NEW_STARTS.name: Told(_("You may take nobody new on")),
    catalogue.PROVIDER_SUSPENDED.name: Told(_("You are suspended")),
    catalogue.PROVIDER_REMOVED.name: Told(_("You are taken off the register")),
    catalogue.PROVIDER_ACCREDITED.name: Told(_("You are accredited"), ("valid_from", "valid_until")),
    catalogue.COURSE_ACCREDITED.name: Told(_("A course of yours is accredited"), ("valid_from", "valid_until")),
    catalogue.ACCREDITATION_ENDED.name: Told(_("An accreditation ends"), ("valid_until",)),
}


def told() -> dict[str, Told]:
    """Every kind that a provider is told, by name: those above, and whatever happens to payouts."""
    payouts = sorted(name for name, kind in EventKind.every.items() if _is_of_payout(kind))
    return _TOLD | {name: Told(name, _PAYOUT) for name in payouts}


def _is_of_payout(kind: EventKind) -> bool:
    return kind.name.startswith("payout.") and "provider" in kind.fields
