"""Problems: every refusal as an RFC 9457 problem detail, in one place."""

from __future__ import annotations

import datetime as dt
import json
import re
from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.conf import settings
from django.http import HttpResponse

from api.showing import moment, redemption
from config.refusals import Refusal, Sentence
from vouchers.errors import AlreadyRedeemed
from vouchers.models import Redemption

CONTENT_TYPE = "application/problem+json"
# What must be tried again is not remembered: the same request may well be answered otherwise then.
FOR_NOW = (429, 503)
MISSES = ("voucher_not_found", "redemption_not_found", "payout_not_found")

Problem = dict[str, Any]


def problem(refusal: Refusal, request_id: str) -> Problem:
    """A refusal's problem details; see `problems`."""
    return problems([refusal], request_id)[0]


def problems(refusals: Sequence[Refusal], request_id: str) -> list[Problem]:
    """The problem details of many refusals, in their order; at most one query for all of them.

    `facts` has what the sentences were made from. `already_redeemed` carries the first redemption.
    """
    first = _first_redemptions(refusals)
    return [_problem(refusal, request_id, first) for refusal in refusals]


def answer(found: Problem) -> HttpResponse:
    """The problem as the answer to a request."""
    response = HttpResponse(json.dumps(found, ensure_ascii=False), content_type=CONTENT_TYPE, status=found["status"])
    if found["status"] == 401:
        response["WWW-Authenticate"] = 'Bearer realm="waymark"'
    if found["status"] in FOR_NOW:
        response["Retry-After"] = str(found.get("facts", {}).get("seconds", 1))
    return response


def title_of(kind: type[Refusal]) -> str:
    """The same for every occurrence of a problem, as RFC 9457 asks."""
    return kind.code.replace("_", " ").capitalize()


def in_general(sentence: Sentence) -> str:
    """A refusal's sentence before it has facts: their names stand for them, in braces."""
    return re.sub(r"\{(\w+)[^}]*\}", r"{\1}", str(sentence))


def address_of(code: str) -> str:
    """Where the problem is explained."""
    return f"{settings.PUBLIC_URL}/api/v1/problems#{code}"


def _problem(refusal: Refusal, request_id: str, first: dict[UUID, dict[str, Any]]) -> Problem:
    found: Problem = {
        "type": address_of(refusal.code),
        "title": title_of(type(refusal)),
        "status": refusal.status,
        "detail": refusal.sentence,
        "instance": f"urn:waymark:request:{request_id}",
        "code": refusal.code,
        "request_id": request_id,
    }
    if refusal.advice:
        found["do"] = refusal.advice
    if refusal.field:
        found["field"] = refusal.field
    if refusal.facts:
        found["facts"] = {name: _plain(fact) for name, fact in refusal.facts.items()}
    if isinstance(refusal, AlreadyRedeemed) and refusal.facts["redemption"] in first:
        found["redemption"] = first[refusal.facts["redemption"]]
    return found


def _first_redemptions(refusals: Sequence[Refusal]) -> dict[UUID, dict[str, Any]]:
    wanted = {refusal.facts["redemption"] for refusal in refusals if isinstance(refusal, AlreadyRedeemed)} - {""}
    if not wanted:
        return {}
    return {
        found.pk: redemption(found) for found in Redemption.objects.filter(pk__in=wanted).select_related("milestone")
    }


def _plain(fact: object) -> Any:
    """A fact as JSON has it: numbers stay integers, what is neither a number nor a time is text."""
    if isinstance(fact, dt.datetime):
        return moment(fact)
    if fact is None or isinstance(fact, (bool, int)):
        return fact
    return str(fact)
