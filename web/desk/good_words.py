"""A learner wishes that this adviser puts in a word for them: what it is about, and the words."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

import ledger
from accounts import looking
from accounts.models import Look
from brokerage.advocacy import speaking
from brokerage.models import Adviser
from config.refusals import Refusal
from vouchers.cases import Side
from web.cases import WordsForm
from web.desk.access import acting, for_adviser, looker, refuse
from web.unsent import written


@require_http_methods(["GET", "HEAD", "POST"])
@for_adviser
def good_word(request: HttpRequest, adviser: Adviser, pk: UUID) -> HttpResponse:
    """Of a case the adviser sees what its learner wrote; of an appeal why it was declined, too."""
    found = speaking.asked_of(adviser).filter(pk=pk).first()
    if found is None:
        raise Http404
    what, about = (Look.What.CASE, found.case) if found.case else (Look.What.REQUEST, found.request)
    assert about is not None  # it is one of the two
    looking.note(looker(adviser), what, [(found.learner_id, about.subject)])
    form = WordsForm(written(request))
    if request.method == "POST" and form.is_valid():
        actor = acting(adviser, found.learner_id)
        try:
            speaking.say(pk, form.cleaned_data["words"], by=adviser, actor=actor)
        except Refusal as refusal:
            refuse(refusal, form)
        else:
            messages.success(request, _("It is said. The learner and whoever decides can read it."))
            return redirect("desk:desk")
    context = {
        "word": found,
        "case": found.case,
        "entries": found.case.entries.filter(side=Side.LEARNER) if found.case else (),
        "decisions": found.request.decisions.select_related("adviser__user") if found.request else (),
        "form": form,
        "now": ledger.now(),
    }
    return render(request, "desk/good_word.html", context, status=422 if form.errors else 200)
