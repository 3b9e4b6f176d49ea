"""The files that a learner keeps in their story."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts.models import Learner
from brokerage.progress import evidencing
from web.evidence import attached
from web.learner.access import acting, for_learner
from web.learner.story.filling import fill_in
from web.learner.story.forms import PieceForm
from web.unsent import written


@require_http_methods(["GET", "HEAD", "POST"])
@for_learner
def new(request: HttpRequest, learner: Learner) -> HttpResponse:
    form = PieceForm(written(request), request.FILES or None)
    return fill_in(
        request,
        form,
        lambda said: evidencing.keep(said["title"], form.content, learner=learner, actor=acting(learner)),
        heading=_("A file for your story"),
        done=_("Your file is kept. Only you can see it until you share it."),
        back=reverse("learner:story:story"),
    )


@require_safe
@for_learner
def download(request: HttpRequest, learner: Learner, pk: UUID) -> HttpResponse:
    piece = get_object_or_404(learner.pieces, pk=pk)
    return attached(piece.document, piece.media_type, piece.file_name)
