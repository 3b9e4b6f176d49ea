"""Finding a course, at the price that the learner would pay."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from accounts.models import Learner
from web import searching
from web.learner.access import for_learner
from web.learner.wallet import chosen, wallets


@require_safe
@for_learner
def courses(request: HttpRequest, learner: Learner) -> HttpResponse:
    """Courses that can be joined, with what each would cost this learner. A fixed number of queries a page."""
    found = wallets(learner)
    wallet = chosen(found, request.GET.get("account", ""))
    return searching.answer(
        request, wallet=wallet, learner=learner, others=[other for other in found if other is not wallet]
    )
