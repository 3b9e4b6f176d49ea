"""What the OpenAPI document says of the sandbox's endpoints."""

from __future__ import annotations

from rest_framework import serializers

from accounts import errors as account_errors
from api import errors, shapes
from api.describing import Description
from providers import errors as provider_errors
from vouchers import errors as voucher_errors


class NewKey(shapes.Shape):
    key = serializers.CharField(help_text="The whole key. It is not shown again.")
    expires_at = serializers.DateTimeField(allow_null=True)
    provider = shapes.ProviderShape()


class Filled(shapes.Shape):
    vouchers = shapes.VoucherInFull(many=True)


class Confirmed(shapes.Stands):
    milestones = shapes.MilestoneShape(many=True)


class MessageShape(shapes.Shape):
    """A webhook as it came."""

    received_at = serializers.DateTimeField()
    headers = serializers.DictField(
        child=serializers.CharField(), help_text="`webhook-id`, `webhook-timestamp` and `webhook-signature`."
    )
    body = serializers.CharField(help_text="The body's text, letter by letter: what was signed.")

    class Meta:
        ref_name = "SandboxMessage"


class InboxShape(shapes.Shape):
    url = serializers.URLField(help_text="Have webhooks sent here.")
    messages = MessageShape(many=True, help_text="The newest first, at most twenty.")

    class Meta:
        ref_name = "SandboxInbox"


KEYS = Description(
    "sandbox_keys",
    "Sandbox",
    "Get a college and a key to try things with",
    "On a sandbox only: a college of that name that may sell, and a test key of its own with every scope. It takes no "
    "key, so an address can have a few an hour.",
    NewKey,
    [errors.NothingHere, errors.FieldMissing, errors.FieldWrong, provider_errors.TextTooLong, errors.TooManyColleges],
)
FILL = Description(
    "sandbox_vouchers",
    "Sandbox",
    "Get sample vouchers",
    "On a sandbox only: vouchers of £120 each, made out to you and waiting to be accepted, for a course that began "
    "yesterday. Asked twice, it makes twice as many, whatever its idempotency key.",
    Filled,
    [errors.NothingHere, errors.NoSandboxCollege, errors.FieldWrong, account_errors.SchemeClosed],
)
CONFIRM = Description(
    "sandbox_confirm",
    "Sandbox",
    "Have the sample learner confirm",
    "On a sandbox only: the learner of a sample voucher confirms all that you have declared. Anywhere else, learners "
    "confirm in a session of their own, and never through you.",
    Confirmed,
    [errors.NothingHere, voucher_errors.VoucherNotFound, voucher_errors.VoucherUnderReview],
)
INBOX = Description(
    "sandbox_inbox",
    "Sandbox",
    "Look into your inbox for webhooks",
    "On a sandbox only: an address that takes webhooks in, and what it has taken, to try them without a server.",
    InboxShape,
    [errors.NothingHere],
)
