"""The sandbox's webhooks: kept until the receiver said 2xx, and signed afresh at each try, as Stripe does."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable
from contextlib import closing
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from urllib.parse import urlsplit

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from stripe import WebhookSignature

from payments import tasks
from payments.models.sandbox import SandboxDelivery, new_event_id

PATH = "/webhooks/payments/sandbox"
PATIENCE = 10  # seconds for one answer
FIRST_WAIT, LONGEST_WAIT = dt.timedelta(seconds=5), dt.timedelta(hours=1)
GIVE_UP_AFTER = dt.timedelta(days=3)  # Stripe's own limit

Post = Callable[[bytes, str], int]


def announce(kind: str, thing: dict[str, object], *, after: dt.timedelta = dt.timedelta()) -> SandboxDelivery:
    """Owe the receiver an event of this kind about a Stripe-shaped object; sent once this transaction commits, or by
    the sweep once that time has gone by."""
    event_id, now = new_event_id(), timezone.now() + after
    event = {
        "id": event_id,
        "object": "event",
        "type": kind,
        "created": int(now.timestamp()),
        "livemode": False,
        "data": {"object": thing},
    }
    with transaction.atomic():
        delivery = SandboxDelivery.objects.create(id=event_id, kind=kind, body=json.dumps(event), due_at=now)
        if not after:
            transaction.on_commit(lambda: tasks.deliver_sandbox_webhook.delay(event_id), robust=True)
    return delivery


def signed(delivery: SandboxDelivery) -> tuple[bytes, str]:
    """The body, and the `Stripe-Signature` header for it, good for five minutes from now."""
    return delivery.body.encode(), WebhookSignature.generate_signature_header(
        delivery.body, settings.SANDBOX_WEBHOOK_SECRET
    )


def over_http(body: bytes, signature: str) -> int:
    """Post to this installation's own webhook address; the answer's status. A redirect is not followed."""
    url = urlsplit(settings.PUBLIC_URL)
    connect = HTTPSConnection if url.scheme == "https" else HTTPConnection
    headers = {"Content-Type": "application/json; charset=utf-8", "Stripe-Signature": signature}
    with closing(connect(url.netloc, timeout=PATIENCE)) as connection:
        connection.request("POST", url.path.rstrip("/") + PATH, body, headers)
        return connection.getresponse().status


def deliver(delivery_id: str, *, post: Post = over_http) -> bool:
    """Try once to deliver what is due; True when the receiver said 2xx. Can run twice.

    The next try is scheduled and committed before this one begins, and no lock is held meanwhile: a worker
    killed at any point leaves a delivery that comes due again, and the receiver knows an event that comes twice.
    """
    delivery = _claim(delivery_id)
    if delivery is None:
        return False
    try:
        status = post(*signed(delivery))
    except (OSError, HTTPException) as error:
        status, answer = 0, f"{type(error).__name__}: {error}"[:200]
    else:
        answer = str(status)
    delivered = 200 <= status < 300
    SandboxDelivery.objects.filter(pk=delivery.pk).update(
        last_answer=answer, **({"delivered_at": timezone.now()} if delivered else {})
    )
    return delivered


def _claim(delivery_id: str) -> SandboxDelivery | None:
    """The delivery if it is due, with its next try set: twice the last wait, to an hour; none after three days."""
    now = timezone.now()
    with transaction.atomic():
        due = SandboxDelivery.objects.due(now).select_for_update(skip_locked=True)
        delivery = due.filter(pk=delivery_id).first()
        if delivery is None:
            return None
        wait = min(FIRST_WAIT * 2 ** min(delivery.attempts, 16), LONGEST_WAIT)
        delivery.attempts += 1
        delivery.due_at = now + wait if now - delivery.created_at < GIVE_UP_AFTER else None
        delivery.save(update_fields=["attempts", "due_at"])
    return delivery
