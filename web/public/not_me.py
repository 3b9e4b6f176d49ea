"""The page that the link under a letter leads to: one button, which stops things and opens a case."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods

from accounts.models import Learner
from config.refusals import Refusal
from ledger import Actor
from vouchers import contesting
from vouchers.models import Case
from web.notifications.not_me import Contested, read


@require_http_methods(["GET", "HEAD", "POST"])
def not_me(request: HttpRequest, token: str) -> HttpResponse:
    """Ask once, since programs that read mail open links, too; then stop it. Says nothing that the letter did not."""
    contested, case = read(token), None
    learner = Learner.objects.filter(pk=contested.learner).first() if contested else None
    if contested and learner and request.method == "POST":
        try:
            case = _stop(contested, learner)
        except Refusal:
            contested = None
    found = contested is not None and learner is not None
    context = {"contested": contested if found else None, "case": case}
    response = render(request, "public/not_me.html", context, status=200 if found else 404)
    # The address is a key, if one to protect with: settings keep it out of other sites' logs, and this out of caches.
    response["Cache-Control"] = "no-store"
    return response


def _stop(contested: Contested, learner: Learner) -> Case:
    actor = Actor("system:web.not_me", on_behalf_of=f"learner:{learner.pk}")
    if contested.about == "learning_account":
        return contesting.not_my_account(contested.subject, learner=learner, actor=actor)
    return contesting.not_me(contested.subject, learner=learner, actor=actor)
