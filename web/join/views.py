"""Signing up, one thing a page: who somebody is, how they sign in, and a look at all of it before it is sent."""

from __future__ import annotations

import datetime as dt
from typing import Any

from allauth.account.internal.flows.signup import complete_signup, prevent_enumeration
from allauth.core.ratelimit import consume_or_429
from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_safe

import ledger
from accounts.asking import questions
from accounts.circumstances import Residence
from accounts.errors import AlreadyLearner, EmailTaken
from accounts.models import Learner, User
from accounts.people import Person, become_learner, sign_up_learners
from accounts.schemes import on_offer
from config.refusals import Refusal
from ledger import Actor
from web.account.identity import claims
from web.forms import posted
from web.join.answers import Answers, answers, carried, forget, keep
from web.join.forms import BirthForm, EmailForm, HomeForm, NameForm, Page, PasswordForm

PAGES: dict[str, type[Page]] = {
    "name": NameForm,
    "date-of-birth": BirthForm,
    "where-you-live": HomeForm,
    "email": EmailForm,
    "password": PasswordForm,
}
# What somebody who has signed in need not say again.
OF_SIGNING_IN = ("email", "password")
# A page is answered once this is.
ANSWERED_BY = {
    "name": "family_name",
    "date-of-birth": "date_of_birth",
    "where-you-live": "residence",
    "email": "email",
    "password": "password",
}


@require_safe
def start(request: HttpRequest) -> HttpResponse:
    """What signing up is, and what it takes."""
    if _is_learner(request):
        return redirect("learner:home")
    return render(request, "join/start.html", {"first": _pages(request)[0]})


@sensitive_post_parameters()
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def page(request: HttpRequest, name: str) -> HttpResponse:
    """One question. Answered, it leads to the next one without an answer, and in the end to a look at them all."""
    if _is_learner(request):
        return redirect("learner:home")
    pages = _pages(request)
    if name not in pages:
        raise Http404
    found = answers(request)
    # Nobody begins in the middle, but whoever comes back may change what they have answered.
    if request.method != "POST" and (missing := _missing(found, pages[: pages.index(name)])):
        return redirect("join:page", missing)
    form = _form(name, request, found)
    if request.method == "POST" and form.is_valid():
        found = keep(request, form.given)
        missing = _missing(found, pages)
        return redirect("join:page", missing) if missing else redirect("join:check")
    context = {"form": form, "heading": form.heading, "carried": carried(found), "before": _before(name, pages, found)}
    return render(request, "join/page.html", context, status=422 if form.errors else 200)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def check(request: HttpRequest) -> HttpResponse:
    """All that was answered, to look at; said yes to, it becomes a learner."""
    if _is_learner(request):
        return redirect("learner:home")
    pages = _pages(request)
    # Sent from a page whose session has ended meanwhile, all is still here but the password.
    found = keep(request, {}) if request.method == "POST" else answers(request)
    if missing := _missing(found, pages):
        if missing == "password" and request.method == "POST":
            messages.info(request, _("You were away for a while. Nothing is lost: choose your password once more."))
        return redirect("join:page", missing)
    if request.method == "POST":
        return _sign_up(request, found)
    return _show(request, found, pages, 200)


def _sign_up(request: HttpRequest, found: Answers) -> HttpResponse:
    limited: HttpResponse | None = consume_or_429(request, action="signup")
    if limited is not None:
        return limited
    try:
        if request.user.is_authenticated:
            become_learner(request.user, _person(found), actor=Actor.user(request.user.pk))
            forget(request)
            return redirect("learner:open")
        person = _person(found)
        user = sign_up_learners([person], actor=Actor.system("web.join"))[0].user
    except AlreadyLearner:
        return redirect("learner:home")
    except EmailTaken:
        # Said to whoever reads the e-mail, and to nobody else.
        forget(request)
        told: HttpResponse = prevent_enumeration(request, email=person.email)
        return told
    except Refusal as refusal:
        messages.error(request, str(refusal))
        return _show(request, found, _pages(request), refusal.status)
    forget(request)
    assert user is not None
    on: HttpResponse = complete_signup(request, user=user, redirect_url=reverse("learner:open"))
    return on


def _person(found: Answers) -> Person:
    return Person(
        email=found.get("email", ""),
        given_name=found["given_name"],
        family_name=found["family_name"],
        date_of_birth=dt.date.fromisoformat(found["date_of_birth"]),
        residence=found["residence"],
        postcode=found.get("postcode", ""),
        password=found.get("password", "!"),
        language=get_language() or settings.LANGUAGE_CODE,
    )


def _show(request: HttpRequest, found: Answers, pages: list[str], status: int) -> HttpResponse:
    born = dt.date.fromisoformat(found["date_of_birth"])
    context = {
        "said": found,
        "born": born,
        "residence": Residence(found["residence"]).label,
        "carried": carried(found),
        "asks_email": "email" in pages,
        "before": pages[-1],
    }
    return render(request, "join/check.html", context, status=status)


def _form(name: str, request: HttpRequest, found: Answers) -> Page:
    kind = PAGES[name]
    more: dict[str, Any] = {"places": _places()} if kind is HomeForm else {}
    known = claims(request.user) if request.user.is_authenticated else {}
    # A password is never shown again.
    return kind(posted(request), initial={} if kind is PasswordForm else kind.again(known | found), **more)


def _places() -> list[str]:
    """Where the schemes on offer look for people, and elsewhere; everywhere, while there is none on offer."""
    named = questions(on_offer(ledger.today())).residences or tuple(Residence.values)
    return [*(code for code in named if code != Residence.ELSEWHERE), Residence.ELSEWHERE.value]


def _pages(request: HttpRequest) -> list[str]:
    return [name for name in PAGES if not (request.user.is_authenticated and name in OF_SIGNING_IN)]


def _missing(found: Answers, pages: list[str]) -> str | None:
    """The first of these pages that has no answer."""
    return next((name for name in pages if ANSWERED_BY[name] not in found), None)


def _before(name: str, pages: list[str], found: Answers) -> str | None:
    """Where the back link goes: to the page before, and from an answer that is changed to the look at them all."""
    place = pages.index(name)
    return "check" if not _missing(found, pages) else pages[place - 1] if place else None


def _is_learner(request: HttpRequest) -> bool:
    user = request.user
    return isinstance(user, User) and Learner.objects.filter(user=user).exists()
