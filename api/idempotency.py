"""Idempotency: a request that is repeated with the same key is done once, and answered the same each time."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.db import connection, transaction

from api import errors, sealing
from api.models import Answer
from api.problems import FOR_NOW, problem
from config.ids import uuid7
from config.refusals import Refusal
from providers.models import Provider

LONGEST_KEY = 255


@dataclass(frozen=True, slots=True)
class Given:
    """An answer to a request: what to send, and whether it was given before."""

    status: int
    body: str
    replayed: bool = False
    refusal: Refusal | None = None


def read_key(header: str | None, *, required: bool) -> str | None:
    """The idempotency key of a request. Refuses `IdempotencyKeyMissing`, `IdempotencyKeyWrong`."""
    if header is None:
        if required:
            raise errors.IdempotencyKeyMissing(field="Idempotency-Key")
        return None
    if not 1 <= len(header) <= LONGEST_KEY or any(not " " <= character <= "~" for character in header):
        raise errors.IdempotencyKeyWrong(field="Idempotency-Key")
    return header


def fingerprint(method: str, path: str, body: dict[str, Any]) -> str:
    """What makes a request the same request, however its JSON was laid out."""
    canonical = json.dumps(body, sort_keys=True, separators=(",", ":"), default=str)
    return hashlib.sha256(f"{method} {path}\n{canonical}".encode()).hexdigest()


def once(
    key: str,
    print_of_request: str,
    effect: Callable[[], dict[str, Any]],
    *,
    client: Provider,
    request_id: str,
    sealed: bool = False,
) -> Given:
    """Do `effect` and remember its answer in one transaction, or give the answer that was remembered.

    A business refusal is remembered as well, in a transaction of its own once all that the effect did is undone; one
    that is only for now (429, 503), and any failure, is not remembered. A repetition that comes between the two is
    judged in its own right, and its answer is then the one that both give. `sealed`: there is a secret in it, and it is
    remembered so that nobody can read it who has but the database.
    Refuses `RequestInFlight` while another request holds the key, and `IdempotencyKeyReused`.
    Locks (client, key) first, and then what the effect locks.
    """
    try:
        with transaction.atomic():
            if first := _first(client, key, print_of_request, sealed):
                return first
            given = Given(200, in_words(_carry_out(effect)))
            return _remember(client, key, print_of_request, given, sealed)
    except _Refused as refused:
        refusal = refused.refusal
    with transaction.atomic():
        if first := _first(client, key, print_of_request, sealed):
            return first
        given = Given(refusal.status, in_words(problem(refusal, request_id)), refusal=refusal)
        return _remember(client, key, print_of_request, given, sealed)


def in_words(body: dict[str, Any]) -> str:
    """An answer's body as it is sent and kept."""
    return json.dumps(body, ensure_ascii=False, separators=(",", ":"))


class _Refused(Exception):
    """The effect was refused for good: what it began has to be undone before that can be remembered."""

    def __init__(self, refusal: Refusal) -> None:
        super().__init__()
        self.refusal = refusal


def _carry_out(effect: Callable[[], dict[str, Any]]) -> dict[str, Any]:
    try:
        return effect()
    except Refusal as refusal:
        if refusal.status in FOR_NOW:
            raise
        raise _Refused(refusal) from refusal


def _first(client: Provider, key: str, print_of_request: str, sealed: bool) -> Given | None:
    """Hold the key, and give what was answered under it. Refuses `RequestInFlight`, `IdempotencyKeyReused`."""
    first = _claim(client, key)
    if first is None:
        return None
    if first.fingerprint != print_of_request:
        raise errors.IdempotencyKeyReused(field="Idempotency-Key")
    return Given(first.status, sealing.unseal(first.body) if sealed else first.body, replayed=True)


def _claim(client: Provider, key: str) -> Answer | None:
    """Hold the key for this transaction, and read what was answered under it: one round trip, and nobody waits.

    Refuses `RequestInFlight` when another transaction holds it.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT held, fingerprint, status, body FROM api_claim(%s, %s)", [client.pk, key])
        held, fingerprint_of_first, status, body = cursor.fetchone()
    if not held:
        raise errors.RequestInFlight()
    return None if status is None else Answer(fingerprint=fingerprint_of_first, status=status, body=body)


def _remember(client: Provider, key: str, print_of_request: str, given: Given, sealed: bool) -> Given:
    kept = sealing.seal(given.body) if sealed else given.body
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO api_answer (id, provider_id, idempotency_key, fingerprint, status, body, made_at)"
            " VALUES (%s, %s, %s, %s, %s, %s, ledger_now())",
            [uuid7(), client.pk, key, print_of_request, given.status, kept],
        )
    return given
