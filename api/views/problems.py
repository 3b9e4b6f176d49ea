"""The list of everything that can be refused, and the answer at addresses where nothing is."""

from __future__ import annotations

import json
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_safe

from api import errors
from api.endpoint import request_id_of
from api.problems import address_of, answer, in_general, problem, title_of
from config.refusals import Refusal


@require_safe
def catalogue(request: HttpRequest) -> HttpResponse:
    """Every problem with its code, status and sentences: a page for a browser, JSON for anything else."""
    problems = [_shown(kind) for _, kind in sorted(Refusal.every.items())]
    if request.accepts("text/html") and request.headers.get("Accept", "*/*") != "*/*":
        return render(request, "api/problems.html", {"problems": problems})
    return HttpResponse(json.dumps({"problems": problems}, ensure_ascii=False), content_type="application/json")


@csrf_exempt
def nothing_here(request: HttpRequest) -> HttpResponse:
    """The answer at an address under /api/ at which there is nothing."""
    request_id = request_id_of(request)
    response = answer(problem(errors.NothingHere(), request_id))
    response["X-Request-ID"] = request_id
    return response


def _shown(kind: type[Refusal]) -> dict[str, Any]:
    return {
        "type": address_of(kind.code),
        "code": kind.code,
        "title": title_of(kind),
        "status": kind.status,
        "detail": in_general(kind.says),
        "do": in_general(kind.do),
    }
