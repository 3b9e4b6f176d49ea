"""Taking everything along, and leaving: what it would mean first, then the button, then a page that says goodbye."""

from __future__ import annotations

import io
import json
import zipfile
from pathlib import PurePosixPath

from django.contrib.auth import logout
from django.core.mail import send_mail
from django.core.serializers.json import DjangoJSONEncoder
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

import ledger
from accounts.models import Learner
from brokerage import leaving
from config import personal
from config.refusals import Refusal
from web.learner.access import acting, for_learner, refuse, shown_to_be_them
from web.learner.wallet import wallets


@require_safe
@for_learner
def outlook(request: HttpRequest, learner: Learner) -> HttpResponse:
    """What leaving would mean today."""
    found = [wallet for wallet in wallets(learner) if wallet.left_minor]
    context = {"outlook": leaving.outlook(learner), "wallets": found, "kept_years": leaving.KEPT_YEARS}
    return render(request, "learner/leaving.html", context)


@require_safe
@for_learner
def everything(request: HttpRequest, learner: Learner) -> HttpResponse:
    """All that is kept about the learner: a document for programs, and the learner's files beside it."""
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as archive:
        told = json.dumps(leaving.everything(learner), cls=DjangoJSONEncoder, ensure_ascii=False, indent=1)
        archive.writestr("about-me.json", told)
        for file in personal.files(learner.pk):
            with file.open("rb") as content:
                archive.writestr(f"files/{PurePosixPath(str(file.name)).name}", content.read())
    response = HttpResponse(held.getvalue(), content_type="application/zip")
    day = timezone.localdate(ledger.now())
    response["Content-Disposition"] = f'attachment; filename="waymark-{day:%Y-%m-%d}.zip"'
    response["Cache-Control"] = "no-store"
    return response


@require_http_methods(["GET", "HEAD", "POST"])
@for_learner
@shown_to_be_them
def leave(request: HttpRequest, learner: Learner) -> HttpResponse:
    """The one question that cannot be taken back. With the learner's own factor, given just before."""
    if request.method != "POST":
        standing = leaving.outlook(learner)
        if not standing.may_leave:
            return redirect("learner:leaving")
        return render(request, "learner/leave.html", {"outlook": standing})
    email = request.user.email  # type: ignore[union-attr]
    try:
        departure = leaving.leave(learner.pk, actor=acting(learner))
    except Refusal as refusal:
        refuse(request, refusal)
        return redirect("learner:leaving")
    learner.refresh_from_db()
    context = {"erase_on": None if learner.erased_at else departure.erase_on}
    # Nobody is left to write to later, so this letter goes at once.
    send_mail(
        _("You have left Waymark"), render_to_string("learner/left.txt", context), None, [email], fail_silently=True
    )
    logout(request)
    return render(request, "learner/left.html", context)
