"""What the OpenAPI document says of the endpoints about events and webhooks."""

from __future__ import annotations

from api import errors
from api.describing import Description
from api.webhooks import shapes
from api.webhooks.kinds import TOLD

_FIELDS = [errors.FieldMissing, errors.FieldWrong]
_QUERY = [errors.FieldUnknown, errors.FieldWrong]
_FORM = [errors.WebhookUrlWrong, errors.WebhookKindsWrong, *_FIELDS]

EVENTS = Description(
    "events_list",
    "Events",
    "Read what happened",
    "Your events in one order that never changes, the oldest first: none is skipped and none comes twice, if you keep "
    "`next_cursor` and send it as `after`. Begin without it for everything there ever was. An event is here within "
    "seconds. Webhooks tell the same.",
    shapes.EventList,
    _QUERY,
    {"after": "The `next_cursor` of an earlier answer.", "kind": "Only events of this kind: " + ", ".join(TOLD)},
)
LIST = Description(
    "webhooks_list", "Webhooks", "List your webhooks", "At most twenty, the oldest first.", shapes.WebhookList
)
ADD = Description(
    "webhooks_create",
    "Webhooks",
    "Add a webhook",
    "From now on we tell this address what happens, each event signed with the secret in this answer. It is shown this "
    "once. How to check a signature is at docs/webhooks.md.",
    shapes.WebhookWithSecret,
    [*_FORM, errors.TooManyWebhooks],
)
LOOK_UP = Description(
    "webhooks_look_up",
    "Webhooks",
    "Look a webhook up",
    "Its secret is not shown again.",
    shapes.OneWebhook,
    [errors.WebhookNotFound],
)
CHANGE = Description(
    "webhooks_update",
    "Webhooks",
    "Change a webhook, or switch it on or off",
    "What is left out stays. While it is off it is told nothing, and is not told later: read the events instead.",
    shapes.OneWebhook,
    [errors.WebhookNotFound, *_FORM],
)
REMOVE = Description(
    "webhooks_delete",
    "Webhooks",
    "Remove a webhook",
    "Nothing more is sent to it, not even what was already on its way.",
    shapes.WebhookRemoved,
    [errors.WebhookNotFound],
)
ROTATE = Description(
    "webhooks_rotate",
    "Webhooks",
    "Ask for a new secret",
    "The old one signs beside the new one for 24 hours: each webhook has both signatures, and one that fits is enough.",
    shapes.WebhookWithSecret,
    [errors.WebhookNotFound, errors.TooManySecrets],
)
TEST = Description(
    "webhooks_test",
    "Webhooks",
    "Send a test",
    "An event of the kind `webhook.test`, signed and sent as every other one. See in the deliveries what came of it.",
    shapes.OneDelivery,
    [errors.WebhookNotFound, errors.WebhookDisabled],
)
DELIVERIES = Description(
    "deliveries_list",
    "Webhooks",
    "See what was sent and what came of it",
    "The newest first, each with all that was tried. Kept for 30 days.",
    shapes.DeliveryList,
    [errors.WebhookNotFound, *_QUERY],
    {"state": "Only those that are waiting, delivered or given_up."},
)
REDELIVER = Description(
    "deliveries_redeliver",
    "Webhooks",
    "Send a delivery again",
    "Whatever became of it. It has the same `webhook-id`, so a receiver that has taken it in knows it.",
    shapes.OneDelivery,
    [errors.WebhookNotFound, errors.WebhookDisabled, errors.DeliveryNotFound],
)
