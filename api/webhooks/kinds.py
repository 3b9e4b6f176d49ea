"""Kinds: which events a provider is told, and which of an event's fields.

Only what concerns the provider: not how the learner paid, nor where the money went back to, nor who decided at the
scheme. Of the learner there is nothing: whoever needs their name looks the voucher up.
"""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from config.refusals import Sentence
from providers import events as catalogue
from vouchers import events as vouchers

TEST = "webhook.test"
_MILESTONE = ("number", "code", "amount_minor")
_REDEMPTION = ("redemption", "number", "amount_minor")
_COUNTS = ("created", "changed", "unchanged", "withdrawn", "refused")


@dataclass(frozen=True, slots=True)
class Told:
    """What a kind of event says to a person, and the fields that are told beside what it is about."""

    says: Sentence
    fields: tuple[str, ...] = ()


# Every kind that a provider is told, by name.
TOLD: dict[str, Told] = {
    vouchers.ISSUED.name: Told(_("A voucher is made out to you"), ("price_minor", "accept_by")),
    vouchers.ACCEPTED.name: Told(_("You accepted a voucher")),
    vouchers.STARTED.name: Told(_("A course was started")),
    vouchers.MILESTONE_DECLARED.name: Told(_("You declared a milestone"), (*_MILESTONE, "occurred_on", "confirm_by")),
    vouchers.MILESTONE_CONFIRMED.name: Told(_("A milestone is confirmed: you can redeem it"), _MILESTONE),
    vouchers.MILESTONE_DISPUTED.name: Told(_("A learner objects to a milestone"), _MILESTONE),
    vouchers.COMPLETED.name: Told(_("A course was completed")),
    vouchers.REDEEMED.name: Told(_("A milestone was redeemed"), _REDEMPTION),
    vouchers.REDEMPTION_REVERSED.name: Told(_("A redemption was given back"), _REDEMPTION),
    vouchers.TAKEN_BACK.name: Told(_("A redemption was taken back"), ("redemption", "amount_minor")),
    vouchers.CLAWED_BACK.name: Told(_("What you were paid has to come back"), ("redemption", "amount_minor")),
    vouchers.CONTROL_CHANGED.name: Told(_("A voucher is put under review, or cleared"), ("control",)),
    vouchers.ATTENDANCE_RECORDED.name: Told(_("Attendance was recorded"), ("day", "attended")),
    vouchers.PROVIDER_STOPPED.name: Told(_("A voucher stands still while you are suspended")),
    vouchers.PROVIDER_GOES_ON.name: Told(_("A voucher goes on after you were suspended"), ("expires_at",)),
    vouchers.PAYOUT_PREPARED.name: Told(_("A payout to you is prepared"), ("amount_minor",)),
    vouchers.PAYOUT_APPROVED.name: Told(_("A payout to you is approved"), ("amount_minor",)),
    vouchers.PAYOUT_SENT.name: Told(_("A payout to you went to the bank"), ("amount_minor",)),
    vouchers.PAYOUT_SETTLED.name: Told(_("You were paid"), ("amount_minor",)),
    vouchers.PAYOUT_RETURNED.name: Told(_("The bank returned a payout to you"), ("amount_minor", "reason")),
    vouchers.PAYOUT_CANCELLED.name: Told(_("A payout to you is called off"), ("amount_minor", "reason")),
    vouchers.CLOSED.name: Told(_("A voucher is closed"), ("outcome", "reason")),
    catalogue.FEED_IMPORTED.name: Told(_("Your feed was imported"), _COUNTS),
    catalogue.FEED_REFUSED.name: Told(_("Your feed was refused"), ("refusal",)),
    catalogue.PROVIDER_ACTIVATED.name: Told(_("You may sell courses"), ("new_until",)),
    catalogue.PROVIDER_STOPPED_NEW_STARTS.name: Told(_("You may take nobody new on")),
    catalogue.PROVIDER_SUSPENDED.name: Told(_("You are suspended")),
    catalogue.PROVIDER_REMOVED.name: Told(_("You are taken off the register")),
    catalogue.PROVIDER_ACCREDITED.name: Told(_("You are accredited"), ("valid_from", "valid_until")),
    catalogue.COURSE_ACCREDITED.name: Told(_("A course of yours is accredited"), ("valid_from", "valid_until")),
    catalogue.ACCREDITATION_LAPSING.name: Told(_("An accreditation comes to its end"), ("valid_until", "days")),
    catalogue.ACCREDITATION_ENDED.name: Told(_("An accreditation ends"), ("valid_until",)),
    catalogue.FEED_SOURCE_GIVEN_UP.name: Told(_("The address of a feed is no longer asked"), ("failures",)),
}
