"""The ledger's sealed log, for anybody: its keys, its checkpoints, and the proof that each only adds to the last.

How a stranger checks them is in `docs/verify.md`.
"""

from __future__ import annotations

import base64
import functools
import json
from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_safe

from api import errors
from api.endpoint import request_id_of
from api.problems import answer, problem
from api.showing import moment
from config.refusals import Refusal
from ledger import proofs, sealing
from ledger.models import Book, Seal

A_PAGE = 1000
FOR_A_MOMENT = "public, max-age=5"
FOR_EVER = "public, max-age=31536000, immutable"
_LARGEST = 10**18
_SIZE = "a checkpoint's size, such as 20000"

View = Callable[..., HttpResponse]


def public(cache: str) -> Callable[[View], View]:
    """For anybody, from any page; a refusal is a problem, and is not kept."""

    def decorate(view: View) -> View:
        @require_safe
        @functools.wraps(view)
        def guarded(request: HttpRequest, **path: Any) -> HttpResponse:
            try:
                response = view(request, **path)
                response["Cache-Control"] = cache
            except Refusal as refusal:
                response = answer(problem(refusal, request_id_of(request)))
                response["Cache-Control"] = "no-store"
            response["X-Request-ID"] = request_id_of(request)
            response["Access-Control-Allow-Origin"] = "*"
            return response

        return guarded

    return decorate


@public(FOR_A_MOMENT)
def index(request: HttpRequest) -> HttpResponse:
    """Where everything of the log is."""
    book = Book.objects.get()
    return _json(
        {
            "log": str(book.log),
            "keys": [str(key) for key in sealing.known_keys()],
            "eras": [_era(book, era) for era in range(1, book.era + 1)],
        }
    )


@public(FOR_A_MOMENT)
def keys(request: HttpRequest) -> HttpResponse:
    """Every key that has signed, one a line, as a verifier takes it."""
    return _text("".join(f"{key}\n" for key in sealing.known_keys()))


@public(FOR_A_MOMENT)
def newest(request: HttpRequest, era: int) -> HttpResponse:
    return _text(proofs.checkpoint(_fit(era)).note)


@public(FOR_EVER)
def checkpoint(request: HttpRequest, era: int, size: int) -> HttpResponse:
    return _text(proofs.checkpoint(_fit(era), _fit(size)).note)


@public(FOR_A_MOMENT)
def checkpoints(request: HttpRequest, era: int) -> HttpResponse:
    """The era's checkpoints from the first on, or from the size `after` on, 1,000 at a time."""
    after = _number(request, "after", 0)
    found = list(Seal.objects.filter(era=_fit(era), size__gt=after).order_by("size")[: A_PAGE + 1])
    shown = found[:A_PAGE]
    return _json(
        {
            "checkpoints": [
                {
                    "size": seal.size,
                    "root": base64.b64encode(seal.root).decode(),
                    "sealed_at": moment(seal.sealed_at),
                    "address": _address("log-checkpoint", era=era, size=seal.size),
                }
                for seal in shown
            ],
            "next_after": shown[-1].size if len(found) > A_PAGE else None,
        }
    )


@public(FOR_EVER)
def consistency(request: HttpRequest, era: int) -> HttpResponse:
    """The proof that the checkpoint of size `to` only adds to that of size `from`."""
    first, second = _number(request, "from"), _number(request, "to")
    proof = proofs.consistency(_fit(era), first, second)
    return _json({"from": first, "to": second, "consistency_proof": proofs.in_base64(proof)})


@public("no-store")
def health(request: HttpRequest) -> HttpResponse:
    """How far sealing is behind, for whatever watches over the scheme: 503 if it is too far."""
    lag = sealing.lag()
    response = _json(
        {
            "horizon_lag_transactions": lag.transactions,
            "unsealed_seconds": lag.seconds,
            "alarm_at_seconds": settings.LEDGER_SEAL_ALARM_SECONDS,
        }
    )
    response.status_code = 503 if lag.alarming else 200
    return response


def _era(book: Book, era: int) -> dict[str, Any]:
    newest = sealing.newest(era)
    return {
        "era": era,
        "origin": sealing.origin(book.log, era),
        "size": newest.size if newest else 0,
        "checkpoint": _address("log-newest", era=era),
        "checkpoints": _address("log-checkpoints", era=era),
        "consistency": _address("log-consistency", era=era) + "?from={size}&to={size}",
    }


def _address(name: str, **where: int) -> str:
    return f"{settings.PUBLIC_URL}{reverse(name, kwargs=where)}"


def _number(request: HttpRequest, name: str, default: int | None = None) -> int:
    text = request.GET.get(name)
    if text is None and default is not None:
        return default
    if text is None:
        raise errors.FieldMissing(field=name, wanted=_SIZE)
    if not (text.isascii() and text.isdecimal()) or len(text) > 18:
        raise errors.FieldWrong(field=name, wanted=_SIZE)
    return int(text)


def _fit(number: int) -> int:
    """Refuses `NoSuchCheckpoint` for a number that no log comes to and the database cannot take."""
    if number >= _LARGEST:
        raise proofs.NoSuchCheckpoint()
    return number


def _json(content: dict[str, Any]) -> HttpResponse:
    return HttpResponse(json.dumps(content, ensure_ascii=False), content_type="application/json")


def _text(content: str) -> HttpResponse:
    return HttpResponse(content, content_type="text/plain; charset=utf-8")
