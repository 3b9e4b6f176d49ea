"""A learner takes their story along: as a PDF, or as JSON for another system."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods

import ledger
from accounts.models import Learner
from brokerage.progress import exporting
from brokerage.progress.reading import story_of
from web import paper
from web.learner.access import acting, for_learner


@require_http_methods(["GET", "HEAD", "POST"])
@for_learner
def export(request: HttpRequest, learner: Learner) -> HttpResponse:
    """Which form, then the file. Where PDFs cannot be made, the page says so and offers print."""
    wanted = request.POST.get("format", "")
    if request.method != "POST" or wanted not in exporting.FORMATS or (wanted == "pdf" and not paper.available()):
        return render(request, "learner/story/export.html", {"pdf": paper.available()})
    story = story_of(learner, shown_to_others=False)
    if wanted == "json":
        response: HttpResponse = JsonResponse(exporting.as_data(story), json_dumps_params={"ensure_ascii": False})
    else:
        page = {"story": story, "today": ledger.today()}
        response = HttpResponse(paper.pdf("learner/story/paper.html", page), content_type="application/pdf")
    exporting.exported(learner, wanted, actor=acting(learner))
    response["Content-Disposition"] = f'attachment; filename="my-story.{wanted}"'
    response["Cache-Control"] = "private, no-store"
    return response
