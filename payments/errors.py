"""What can be refused at the border, each with its code and a sentence for the person who reads it."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from config.refusals import Refusal


class WebhookUnsigned(Refusal):
    """No signature, a wrong one, or one older than Stripe's tolerance of five minutes."""

    code = "webhook_unsigned"
    status = 400
    says = _("This message is not signed by the card gateway, or it was signed too long ago.")
    do = _("Sign it with the webhook secret, and send it again with a fresh signature.")


class WebhookUnreadable(Refusal):
    code = "webhook_unreadable"
    status = 400
    says = _("This message is signed, but it is not an event that can be read.")
    do = _("Send a JSON object with an id, a type and data.object.")


class WebhookOfOtherMode(Refusal):
    """Signed, but about test money where it is real, or the other way round."""

    code = "webhook_of_other_mode"
    status = 400
    says = _("This message is about test payments, and this installation takes real ones, or the other way round.")
    do = _("Send it to the installation that it is for.")


class ReferenceTaken(Refusal):
    code = "payment_reference_taken"
    says = _("A payment with this reference was asked for before, with another amount.")
    do = _("Nothing has been taken. Start again from the voucher's page.")


class NotPaid(Refusal):
    code = "not_paid"
    says = _("This card payment has not been made, so there is nothing to give back.")


class RefundTooLarge(Refusal):
    code = "refund_too_large"
    says = _("This is more than what is left of the card payment.")
    do = _("At most {left_minor} can be given back.")


class RefundFollowed(Refusal):
    code = "refund_followed"
    says = _("This refund has not failed, or something was done about it already.")
    do = _("Look at it again.")


class GatewayRefused(Refusal):
    """The gateway's final no: asking again gives the same answer."""

    code = "gateway_refused"
    says = _("The card gateway refused this: {reason}.")
    do = _("A person has to look at it.")


class GatewayAway(Refusal):
    """The gateway does not answer, or not now: asking again later may work."""

    code = "gateway_away"
    status = 503
    says = _("The card payment page cannot be opened at the moment. Nothing has been taken.")
    do = _("Try again in a few minutes.")


class BankFileUnreadable(Refusal):
    code = "bank_file_unreadable"
    status = 422
    says = _("This is not a file from a bank that can be read: {reason}.")
    do = _("Ask the bank for pain.002, camt.053 or camt.054 as XML. Nothing has been changed.")
