"""The language of a page: a person's own once they are signed in, else what the browser keeps or asks for."""

from __future__ import annotations

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import translation
from django.views.decorators.http import require_POST
from django.views.i18n import set_language

from accounts.people import choose_language
from ledger import Actor


def of_person(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """Middleware: whoever is signed in reads their own language on every machine. Needs the person, so it comes after
    Django's own, which asks the cookie and the browser."""

    def answer(request: HttpRequest) -> HttpResponse:
        if request.user.is_authenticated:
            translation.activate(request.user.language)
            request.LANGUAGE_CODE = translation.get_language()
        return get_response(request)

    return answer


@require_POST
def choose(request: HttpRequest) -> HttpResponse:
    """Keep the language in a cookie, and with the person where somebody is signed in; back to the page at `next`.

    What no button offers changes nothing.
    """
    language, user = request.POST.get("language", ""), request.user
    if user.is_authenticated and language in dict(settings.LANGUAGES):
        choose_language(user, language, actor=Actor.user(user.pk))
    return set_language(request)
