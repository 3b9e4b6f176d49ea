"""Delivering: what is owed is sent until it was taken, and no receiver holds up another.

Each try is claimed first: the next one is scheduled and committed before this one begins, and no lock is held
meanwhile. A worker that is killed at any point leaves deliveries that come due again; the receiver knows one that comes
twice by its webhook-id. Tries are scheduled by the real time: a sandbox's calendar may jump by months, and the
receiver's clock, by which it judges a signature, does not. The order is that of the events at the first try, and no
more than that: a delivery that failed does not hold up those after it.
"""

from __future__ import annotations

import datetime as dt
import json
import time
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from contextlib import contextmanager
from dataclasses import dataclass
from uuid import UUID

import structlog
from django.conf import settings
from django.db import connection, transaction
from django.db.models import Q
from django.utils import timezone

import ledger
from api import events, sealing
from api.showing import moment
from api.webhook_models import (
    DeliveryState,
    EndpointState,
    WebhookAttempt,
    WebhookDelivery,
    WebhookEndpoint,
    WebhookSecret,
    WhyDisabled,
)
from api.webhooks import signing
from api.webhooks.signing import Secret
from api.webhooks.telling import shown
from config import outbound
from config.outbound import Answer, CannotReach
from ledger import Actor

PATIENCE = 10.0  # seconds for one answer
# Longer than any try takes, so that nobody begins one while another is still on it.
LEASE = dt.timedelta(seconds=30)
FIRST_WAIT, LONGEST_WAIT, JITTER = dt.timedelta(seconds=5), dt.timedelta(hours=4), 0.2
FAILING_FOR = dt.timedelta(days=5)
# At once: in one process, to one endpoint, and to one whose last try failed.
AT_ONCE, AT_ONCE_EACH, AT_ONCE_FAILING = 64, 8, 1
MOST_READ = 4_000  # bytes of an answer
KEPT_OF_ANSWER = 300
_LOCK = 0x7768  # "wh": the two-part keys of the advisory locks below
GONE = 410

log = structlog.get_logger(__name__)

Post = Callable[[str, bytes, dict[str, str]], Answer]
Shown = dict[str, object]


@dataclass(frozen=True, slots=True)
class Try:
    """One delivery that is about to be sent; no `signers` when its secret cannot be read here any more."""

    delivery: UUID
    endpoint: UUID
    webhook_id: UUID
    url: str
    body: str
    signers: tuple[Secret, ...]


@dataclass(frozen=True, slots=True)
class Result:
    """What came of a try: the answer's status and beginning, or no status and why there was none."""

    of: Try
    began_at: dt.datetime
    took_ms: int
    status: int | None
    said: str

    @property
    def taken(self) -> bool:
        return self.status is not None and 200 <= self.status < 300


def over_http(url: str, body: bytes, headers: dict[str, str]) -> Answer:
    return outbound.send("POST", url, body=body, headers=headers, seconds=PATIENCE, most_bytes=MOST_READ)


def send_due(*, seconds: float = 30, post: Post = over_http) -> bool:
    """Send what is due until there is nothing left, or for that long: True when there may be more. Can run twice.

    In `WEBHOOK_PROCESSES` processes at once and no more, so that whatever receivers do, other workers stay free.
    """
    with _one_of_few() as may:
        return _send(time.monotonic() + seconds, post) if may else False


def _send(until: float, post: Post) -> bool:
    flying: set[Future[Result]] = set()
    with ThreadPoolExecutor(AT_ONCE) as pool:
        while True:
            if (room := AT_ONCE - len(flying)) and time.monotonic() < until:
                flying |= {pool.submit(_try, each, post) for each in claim(room)}
            if not flying:
                return time.monotonic() >= until
            wait(flying, return_when=FIRST_COMPLETED, timeout=1)
            done, flying = wait(flying, timeout=0.02)  # those that are almost there come along
            note([future.result() for future in done])


def claim(most: int, *, at: dt.datetime | None = None) -> list[Try]:
    """Take deliveries that are due, in turn from every endpoint, and schedule each one's next try; the oldest first.

    Claims are made one after another, so that no endpoint gets more at once than it may.
    """
    now = at or timezone.now()
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s, 0)", [_LOCK])
        cursor.execute(
            _CLAIM,
            {
                "now": now,
                "lease": now + LEASE,
                "each": AT_ONCE_EACH,
                "failing": AT_ONCE_FAILING,
                "most": most,
                "first": FIRST_WAIT.total_seconds(),
                "longest": LONGEST_WAIT.total_seconds(),
                "least": 1 - JITTER,
                "spread": 2 * JITTER,
            },
        )
        ids = [row[0] for row in cursor.fetchall()]
    return _prepared(ids, now) if ids else []


_CLAIM = """
    WITH busy AS (
        SELECT endpoint_id, count(*) AS flying FROM api_webhookdelivery
        WHERE in_flight_until > %(now)s GROUP BY endpoint_id
    ), due AS (
        SELECT next.id, row_number() OVER (PARTITION BY endpoint.id ORDER BY next.due_at, next.id) AS turn
        FROM api_webhookendpoint endpoint
        LEFT JOIN busy ON busy.endpoint_id = endpoint.id
        CROSS JOIN LATERAL (
            SELECT id, due_at FROM api_webhookdelivery
            WHERE endpoint_id = endpoint.id AND due_at <= %(now)s
                AND (in_flight_until IS NULL OR in_flight_until <= %(now)s)
            ORDER BY due_at, id
            LIMIT greatest(0, coalesce(-busy.flying, 0)
                + CASE WHEN endpoint.failing_since IS NULL THEN %(each)s::bigint ELSE %(failing)s::bigint END)
        ) next
        WHERE endpoint.state = 'enabled'
        ORDER BY turn LIMIT %(most)s
    )
    UPDATE api_webhookdelivery SET
        attempts = attempts + 1,
        in_flight_until = %(lease)s,
        due_at = %(now)s::timestamptz + make_interval(secs =>
            least(%(first)s::float8 * power(2, least(attempts, 30)), %(longest)s::float8)
            * (%(least)s::float8 + random() * %(spread)s::float8))
    FROM due WHERE api_webhookdelivery.id = due.id
    RETURNING api_webhookdelivery.id
"""


def _prepared(ids: Sequence[UUID], now: dt.datetime) -> list[Try]:
    """What is needed to send these: all that a thread would otherwise ask the database for. Six queries at most."""
    found = list(WebhookDelivery.objects.filter(pk__in=ids).select_related("endpoint", "event").order_by("id"))
    told = iter(shown([each.event for each in found if each.event]))
    signers: dict[UUID, list[Secret]] = defaultdict(list)
    for secret in WebhookSecret.objects.signing(now).filter(endpoint__in={each.endpoint_id for each in found}):
        try:
            signers[secret.endpoint_id].append(Secret(sealing.unseal(secret.sealed)))
        except sealing.CannotUnseal:
            continue
    return [
        Try(
            delivery=each.pk,
            endpoint=each.endpoint_id,
            webhook_id=each.webhook_id,
            url=each.endpoint.url,
            body=_body(next(told) if each.event else _test(each)),
            signers=tuple(signers[each.endpoint_id]),
        )
        for each in found
    ]


def _body(said: Shown) -> str:
    return json.dumps(said, ensure_ascii=False, separators=(",", ":"))


def _test(delivery: WebhookDelivery) -> Shown:
    occurred_at = moment(delivery.created_at)
    return {"id": str(delivery.pk), "kind": delivery.kind, "occurred_at": occurred_at, "data": {}}


def _try(this: Try, post: Post) -> Result:
    """Send it, in a thread that does not touch the database."""
    began_at, began = timezone.now(), time.perf_counter()
    status: int | None = None
    if not this.signers:
        said = "Not sent: we cannot read its secret any more. Ask for a new one."
    else:
        headers = {
            "Content-Type": "application/json",
            "User-Agent": "Waymark-Webhooks/1",
            **signing.headers(this.webhook_id, this.body, this.signers, began_at),
        }
        try:
            answer = post(this.url, this.body.encode(), headers)
        except CannotReach as error:
            said = str(error)
        except Exception:
            # Whatever a receiver's answer breaks here, the others are still to be sent.
            log.exception("webhook_try_failed", delivery=str(this.delivery))
            said = "What came back could not be read."
        else:
            status, said = answer.status, _beginning(answer.body)
    return Result(this, began_at, round((time.perf_counter() - began) * 1000), status, said)


def _beginning(body: bytes) -> str:
    """As much of an answer as is kept, as text that can be shown."""
    text = body[: KEPT_OF_ANSWER * 4].decode("utf-8", "replace")
    return "".join(each if each.isprintable() else " " for each in text)[:KEPT_OF_ANSWER].strip()


def note(results: Sequence[Result]) -> None:
    """Write down what came of tries: what was taken, what is given up, and which endpoints are switched off.

    Locks the endpoints in the order of their ids.
    """
    if not results:
        return
    now = timezone.now()
    with transaction.atomic():
        wanted = {result.of.endpoint for result in results}
        endpoints = WebhookEndpoint.objects.filter(pk__in=wanted).select_for_update(no_key=True).order_by("id")
        locked = list(endpoints)
        WebhookAttempt.objects.bulk_create(
            WebhookAttempt(
                delivery_id=result.of.delivery,
                began_at=result.began_at,
                took_ms=result.took_ms,
                status=result.status,
                said=result.said,
            )
            for result in results
        )
        if taken := [result.of.delivery for result in results if result.taken]:
            WebhookDelivery.objects.filter(pk__in=taken).update(
                state=DeliveryState.DELIVERED, delivered_at=now, due_at=None, in_flight_until=None
            )
        if failed := [result.of.delivery for result in results if not result.taken]:
            WebhookDelivery.objects.filter(pk__in=failed).update(in_flight_until=None)
            gone = [result.of.delivery for result in results if result.status == GONE]
            over = WebhookDelivery.objects.filter(pk__in=failed, state=DeliveryState.WAITING)
            over.filter(Q(give_up_at__lte=now) | Q(pk__in=gone)).update(state=DeliveryState.GIVEN_UP, due_at=None)
        for endpoint in locked:
            _judge(endpoint, [result for result in results if result.of.endpoint == endpoint.pk], now)


def _judge(endpoint: WebhookEndpoint, results: Sequence[Result], now: dt.datetime) -> None:
    """Remember since when it fails, and switch it off if it is gone, or has failed for too long."""
    before = endpoint.failing_since
    if any(result.taken for result in results):
        endpoint.failing_since = None
    else:
        endpoint.failing_since = before or now
    if endpoint.failing_since != before:
        endpoint.save(update_fields=["failing_since"])
    gone = any(result.status == GONE for result in results)
    failing = endpoint.failing_since is not None and endpoint.failing_since <= now - FAILING_FOR
    if endpoint.state == EndpointState.ENABLED and (gone or failing):
        why = WhyDisabled.GONE if gone else WhyDisabled.FAILING
        endpoint.state, endpoint.why_disabled = EndpointState.DISABLED, why
        endpoint.save(update_fields=["state", "why_disabled"])
        ledger.record(
            events.WEBHOOK_DISABLED.by(
                Actor.system("webhooks"), subject=endpoint.subject, provider=endpoint.provider_id, reason=str(why)
            )
        )


@contextmanager
def _one_of_few() -> Iterator[bool]:
    """Whether this process may send now: one of `WEBHOOK_PROCESSES`. PostgreSQL frees the place of one that dies."""
    with connection.cursor() as cursor:
        for place in range(1, settings.WEBHOOK_PROCESSES + 1):
            cursor.execute("SELECT pg_try_advisory_lock(%s, %s)", [_LOCK, place])
            if cursor.fetchone()[0]:
                try:
                    yield True
                finally:
                    cursor.execute("SELECT pg_advisory_unlock(%s, %s)", [_LOCK, place])
                return
    yield False
