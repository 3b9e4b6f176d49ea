"""Finding a course, at the price that the learner would pay."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from web import searching
from web.learner.access import Whose, for_whoever_is_there
from web.learner.wallet import chosen, wallets


@require_safe
@for_whoever_is_there
def courses(request: HttpRequest, whose: Whose) -> HttpResponse:
    """Courses that can be joined, with what each would cost this learner. A fixed number of queries a page.

    What is saved and wished for is the learner's own.
    """
    learner = whose.learner if whose.by is None else None
    found = wallets(whose.learner)
    wallet = chosen(found, request.GET.get("account", ""))
    return searching.answer(
        request, wallet=wallet, learner=learner, others=[other for other in found if other is not wallet]
    )
