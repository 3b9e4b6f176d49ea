"""The shapes of the answers about events and webhooks, for the API's description."""

from __future__ import annotations

from rest_framework import serializers

from api.shapes import Shape
from api.webhook_models import DeliveryState, EndpointState, WhyDisabled


class EventShape(Shape):
    """Something that happened and concerns you. A webhook's body is one of these."""

    id = serializers.UUIDField(help_text="The same each time it is told: in the feed, and as a webhook's `webhook-id`.")
    kind = serializers.CharField(help_text="Such as `milestone.confirmed`. There may be new kinds: pass over those.")
    occurred_at = serializers.DateTimeField(help_text="UTC.")
    data = serializers.DictField(  # type: ignore[assignment]  # a field, whatever else a serializer calls so
        help_text="What it is about: the voucher's code, the scheme, amounts in minor units. There may be new fields."
    )

    class Meta:
        ref_name = "Event"


class EventList(Shape):
    events = EventShape(many=True, help_text="In the order in which you should take them.")
    next_cursor = serializers.CharField(
        help_text="Send it as `after`, now or in a minute. It is always there, also when there were no events."
    )


class WebhookShape(Shape):
    id = serializers.UUIDField()
    url = serializers.CharField()
    description = serializers.CharField(allow_blank=True)
    kinds = serializers.ListField(child=serializers.CharField(), help_text="What it is told; none is everything.")
    state = serializers.ChoiceField(choices=[EndpointState.ENABLED, EndpointState.DISABLED])
    why_disabled = serializers.ChoiceField(choices=WhyDisabled.choices, allow_null=True)
    failing_since = serializers.DateTimeField(
        allow_null=True, help_text="Since when nothing was taken. After five days it is switched off. UTC."
    )
    created_at = serializers.DateTimeField()

    class Meta:
        ref_name = "Webhook"


class WebhookList(Shape):
    webhooks = WebhookShape(many=True)


class OneWebhook(Shape):
    webhook = WebhookShape()


class WebhookWithSecret(OneWebhook):
    secret = serializers.CharField(help_text="What we sign with. It is shown this once: keep it.")


class WebhookRemoved(Shape):
    removed = serializers.UUIDField()


class AttemptShape(Shape):
    began_at = serializers.DateTimeField()
    took_ms = serializers.IntegerField()
    status = serializers.IntegerField(allow_null=True, help_text="The HTTP status of your answer, if there was one.")
    said = serializers.CharField(allow_blank=True, help_text="Its beginning, or why there was none.")

    class Meta:
        ref_name = "Attempt"


class DeliveryShape(Shape):
    id = serializers.UUIDField()
    webhook_id = serializers.UUIDField(help_text="The event's id; a test has its own.")
    kind = serializers.CharField()
    state = serializers.ChoiceField(choices=DeliveryState.choices)
    created_at = serializers.DateTimeField()
    delivered_at = serializers.DateTimeField(allow_null=True)
    next_try_at = serializers.DateTimeField(allow_null=True)
    attempts = AttemptShape(many=True, help_text="What was tried, the first one first.")

    class Meta:
        ref_name = "Delivery"


class DeliveryList(Shape):
    deliveries = DeliveryShape(many=True)
    next_cursor = serializers.CharField(allow_null=True, help_text="Send it as `cursor` for the next page.")


class OneDelivery(Shape):
    delivery = DeliveryShape()
