"""An endpoint: reads a request, calls one function of the domain, and shows what came of it or why not."""

from __future__ import annotations

import functools
import json
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, cast

import structlog
from django.core.signals import got_request_exception
from django.db import OperationalError
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils.translation import gettext as _
from rest_framework import exceptions
from rest_framework.request import Request
from rest_framework.views import APIView

from api import errors, idempotency, last_seen, trawling
from api.authentication import KeyAuthentication, SignedIn
from api.models import Key
from api.problems import CONTENT_TYPE, MISSES, answer, problem
from api.reading import CSV, JSON, NOTHING, Body, Raw
from api.scopes import Scope
from config.ids import uuid7
from config.refusals import Refusal
from ledger import Actor
from providers.models import Provider
from providers.publishing import WHATEVER, LastSeen

_REQUEST_ID = re.compile(r"[A-Za-z0-9_.:/+-]{1,80}")
_DRAINED = 20_000_000
_PIECE = 65_536


@dataclass(frozen=True, slots=True)
class Call:
    """One request to an endpoint: who asks, and what for."""

    key: Key
    actor: Actor
    body: Mapping[str, Any]
    query: Mapping[str, str]
    refused: list[Refusal] = field(default_factory=list)  # line by line, in an answer that is not a refusal itself
    last_seen: LastSeen = WHATEVER  # by If-Match and If-None-Match, where the operation has versions

    @property
    def provider(self) -> Provider:
        return self.key.provider

    @property
    def request_id(self) -> str:
        return self.actor.request_id


@dataclass(frozen=True, slots=True)
class Operation:
    """What a method of an endpoint needs: a scope, a body, an idempotency key; `remembered` where a repetition under
    the same key is answered as the first time.

    What it answers `has_versions` when its `etag` is sent as a header too, and a write of it can be made to depend on
    the version that its sender saw last.
    """

    scope: Scope | None
    takes: Body | Raw | None
    key_required: bool
    query: tuple[str, ...]
    remembered: bool = True
    tells_secret: bool = False
    has_versions: bool = False


@dataclass(frozen=True, slots=True)
class Csv:
    """An answer that is a table, under the name of a file."""

    name: str
    text: str


Handler = Callable[..., dict[str, Any] | Csv]


def reads(
    scope: Scope | None, *, query: tuple[str, ...] = (), has_versions: bool = False
) -> Callable[[Handler], Callable[..., HttpResponse]]:
    """A GET: `query` are the parameters it knows; others are refused."""
    return _operation(Operation(scope, None, False, query, has_versions=has_versions))


def writes(
    scope: Scope,
    *,
    takes: Body | Raw = NOTHING,
    moves_money: bool,
    query: tuple[str, ...] = (),
    remembered: bool = True,
    tells_secret: bool = False,
    has_versions: bool = False,
) -> Callable[[Handler], Callable[..., HttpResponse]]:
    """A POST, PUT, PATCH or DELETE. One that can move money must come with an idempotency key; any other is honoured
    with one, unless it is not `remembered`: what takes several transactions cannot be undone with its answer. An
    answer that `tells_secret` is remembered sealed."""
    return _operation(Operation(scope, takes, moves_money, query, remembered, tells_secret, has_versions))


def _operation(operation: Operation) -> Callable[[Handler], Callable[..., HttpResponse]]:
    def decorate(handler: Handler) -> Callable[..., HttpResponse]:
        @functools.wraps(handler)
        def method(view: Endpoint, request: Request, **path: Any) -> HttpResponse:
            return view.carry_out(operation, functools.partial(handler, view), request, path)

        method.operation = operation  # type: ignore[attr-defined]
        return method

    return decorate


class Endpoint(APIView):
    """The base of every endpoint. A handler takes a `Call` and the path's parts, and answers a JSON object."""

    authentication_classes: Sequence[Any] = (KeyAuthentication,)
    permission_classes: Sequence[Any] = ()
    http_method_names: Sequence[str] = ("get", "head", "post", "put", "patch", "delete")

    def perform_content_negotiation(self, request: Request, force: bool = False) -> Any:
        """There is JSON and nothing else."""
        return None, "application/json"

    def carry_out(self, operation: Operation, handler: Handler, request: Request, path: dict[str, Any]) -> HttpResponse:
        """Read the request as `operation` says, run the handler, and answer what it gives."""
        signed_in = cast(SignedIn, request.auth)
        key = signed_in.key
        if operation.scope is not None and operation.scope not in key.scopes:
            raise errors.ScopeMissing(scope=str(operation.scope))
        trawling.refuse_if_suspected(key, signed_in.at)
        query = read_query(request, operation.query)
        call = Call(key, _actor(key, request_id_of(request)), {}, query)
        if operation.takes is None:
            shown = handler(call, **path)
            if isinstance(shown, Csv):
                return _file(shown)
            given = idempotency.Given(200, idempotency.in_words(shown))
            return answer_of(given, has_versions=operation.has_versions)
        # Only what reads answers a table.
        return self.write(operation, operation.takes, cast(Callable[..., dict[str, Any]], handler), request, path, call)

    def write(
        self,
        operation: Operation,
        takes: Body | Raw,
        handler: Callable[..., dict[str, Any]],
        request: Request,
        path: dict[str, Any],
        call: Call,
    ) -> HttpResponse:
        header = idempotency.read_key(request.headers.get("Idempotency-Key"), required=operation.key_required)
        raw = read_body(request, takes.most_bytes, takes.content_types)
        body = takes.read(raw, _plain(request).content_type or JSON)
        call = replace(call, body=body)
        if operation.has_versions:
            call = replace(call, last_seen=last_seen.read(request.headers))
        effect = functools.partial(handler, call, **path)
        if header is None or not operation.remembered:
            given = idempotency.Given(200, idempotency.in_words(effect()))
            _count_misses(call.refused, call.actor, call.key)
            return answer_of(given, has_versions=operation.has_versions)
        mark = idempotency.fingerprint(str(request.method), request.get_full_path(), body)
        given = idempotency.once(
            header, mark, effect, client=call.provider, request_id=call.request_id, sealed=operation.tells_secret
        )
        _count_misses([given.refusal, *call.refused], call.actor, call.key)
        return answer_of(given, has_versions=operation.has_versions)

    def handle_exception(self, exc: Exception) -> Any:
        """Every exception as a problem. A database that is away or torn between two requests is `NotNow`."""
        request_id = request_id_of(self.request)
        if isinstance(exc, Refusal):
            if signed_in := _signed_in(self.request):
                _count_misses([exc], _actor(signed_in.key, request_id), signed_in.key)
            return answer(problem(exc, request_id))
        if isinstance(exc, exceptions.MethodNotAllowed):
            allowed = ", ".join(method for method in self.allowed_methods)
            refusal = errors.MethodNotAllowed(method=str(self.request.method), allowed=allowed)
            response = answer(problem(refusal, request_id))
            response["Allow"] = allowed
            return response
        if isinstance(exc, Http404):
            return answer(problem(errors.NothingHere(), request_id))
        # Whoever listens logs it with its traceback, as for a page; the answer tells no particulars.
        got_request_exception.send(sender=type(self), request=self.request._request)
        fault = errors.NotNow() if isinstance(exc, OperationalError) else errors.ServerFault()
        return answer(problem(fault, request_id))

    def finalize_response(self, request: Request, response: HttpResponseBase, *args: Any, **kwargs: Any) -> Any:
        """Name the request, and say what is left of the key's rate."""
        response["X-Request-ID"] = request_id_of(request)
        if signed_in := _signed_in(request):
            for name, value in signed_in.rate.headers().items():
                response[name] = value
        response["Cache-Control"] = "no-store"
        return response


def request_id_of(request: Request | HttpRequest) -> str:
    """The request's own id, or what its sender called it where that is fit to be kept: the same for its whole life."""
    plain = _plain(request)
    found = plain.__dict__.get("waymark_request_id")
    if found is None:
        sent = plain.headers.get("X-Request-ID", "")
        found = sent if _REQUEST_ID.fullmatch(sent) else str(uuid7())
        plain.__dict__["waymark_request_id"] = found
        structlog.contextvars.bind_contextvars(request_id=found)
    return str(found)


def read_body(request: Request | HttpRequest, most: int, content_types: Sequence[str] = (JSON,)) -> bytes:
    """The body's bytes. Refuses `LengthMissing`, `BodyTooLarge` (unread), `ContentTypeWrong`, `BodyCutShort`."""
    plain = _plain(request)
    if "chunked" in plain.headers.get("Transfer-Encoding", ""):
        raise errors.LengthMissing()
    try:
        length = int(plain.META.get("CONTENT_LENGTH") or 0)
    except ValueError:
        raise errors.LengthMissing() from None
    if length > most:
        _drain(plain, length)
        raise errors.BodyTooLarge(most=most)
    if not length:
        return b""
    if plain.content_type not in content_types:
        raise errors.ContentTypeWrong(field="Content-Type", wanted=_(" or ").join(content_types))
    # Past Django's own limit, which is for forms: how much is read is said above.
    body = plain.read(length)
    if len(body) < length:
        raise errors.BodyCutShort()
    return body


def _plain(request: Request | HttpRequest) -> HttpRequest:
    return request._request if isinstance(request, Request) else request


def _drain(request: HttpRequest, length: int) -> None:
    """Read what will not be used, so that its sender gets to read the answer and not a broken connection."""
    left = min(length, _DRAINED)
    while left > 0 and (piece := request.read(min(_PIECE, left))):
        left -= len(piece)


def _actor(key: Key, request_id: str) -> Actor:
    return Actor(id=f"key:{key.pk}", acting_for=f"provider:{key.provider_id}", request_id=request_id)


def _signed_in(request: Request) -> SignedIn | None:
    """Who signed the request, if that was found out: asking the request itself would try again."""
    found = request.__dict__.get("_auth")
    return found if isinstance(found, SignedIn) else None


def _count_misses(refusals: Sequence[Refusal | None], actor: Actor, key: Key) -> None:
    if misses := sum(refusal is not None and refusal.code in MISSES for refusal in refusals):
        trawling.count_misses(key.pk, misses, actor)


def read_query(request: Request, known: tuple[str, ...]) -> dict[str, str]:
    for name in request.GET:
        if name not in known:
            raise errors.FieldUnknown(field=name[:60], known=", ".join(known) or "none")
    return {name: str(value) for name, value in request.GET.items()}


def _file(shown: Csv) -> HttpResponse:
    headers = {"Content-Disposition": f'attachment; filename="{shown.name}"'}
    return HttpResponse(shown.text, content_type=CSV, headers=headers)


def answer_of(given: idempotency.Given, *, has_versions: bool = False) -> HttpResponse:
    kind = JSON if given.status < 400 else CONTENT_TYPE
    response = HttpResponse(given.body, content_type=kind, status=given.status)
    if has_versions and given.status < 400:
        response["ETag"] = f'"{json.loads(given.body)["etag"]}"'
    if given.replayed:
        response["Idempotency-Replayed"] = "true"
    return response
