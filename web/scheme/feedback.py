"""What learners and providers wrote about courses, for a person at the scheme to look at before it is shown."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

from django import forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from accounts.models import SchemeManager
from brokerage.hearing import answering
from config.refusals import Refusal
from vouchers import feeding_back
from vouchers.feedback import HeldBack
from web.hearing import WHY_HELD_BACK
from web.scheme.access import acting, for_manager

A_PAGE = 20
SHOW = "show"


class LookForm(forms.Form):
    verdict = forms.ChoiceField(
        choices=[(SHOW, gettext_lazy("Show it")), *HeldBack.choices],
        error_messages={
            "required": gettext_lazy("Say whether it is shown."),
            "invalid_choice": gettext_lazy("Say whether it is shown."),
        },
    )


@require_safe
@for_manager
def queue(request: HttpRequest, manager: SchemeManager) -> HttpResponse:
    """What waits, the oldest first. A fixed number of queries."""
    waiting = feeding_back.to_look_at(manager).select_related("feedback__voucher__run__course__provider")
    page = Paginator(waiting, A_PAGE).get_page(request.GET.get("page"))
    context = {
        "page": page,
        "about_guidance": answering.to_look_at(manager).count(),
        "reasons": HeldBack.choices,
        "show": SHOW,
    }
    return render(request, "scheme/feedback.html", context)


@require_safe
@for_manager
def guidance_queue(request: HttpRequest, manager: SchemeManager) -> HttpResponse:
    """What waits about guidance, the oldest first. A fixed number of queries."""
    waiting = answering.to_look_at(manager).select_related("feedback__organisation")
    page = Paginator(waiting, A_PAGE).get_page(request.GET.get("page"))
    context = {"page": page, "reasons": WHY_HELD_BACK.items(), "show": SHOW}
    return render(request, "scheme/guidance_feedback.html", context)


@require_POST
@for_manager
def look_at(request: HttpRequest, manager: SchemeManager, pk: UUID) -> HttpResponse:
    return _look_at(request, manager, pk, feeding_back.look_at, "scheme:feedback")


@require_POST
@for_manager
def look_at_guidance(request: HttpRequest, manager: SchemeManager, pk: UUID) -> HttpResponse:
    return _look_at(request, manager, pk, answering.look_at, "scheme:guidance-feedback")


def _look_at(
    request: HttpRequest, manager: SchemeManager, pk: UUID, look: Callable[..., object], queue: str
) -> HttpResponse:
    """Show it, or hold it back for a reason; then the next one."""
    form = LookForm(request.POST)
    if not form.is_valid():
        messages.error(request, str(form.errors["verdict"][0]))
        return redirect(queue)
    verdict = form.cleaned_data["verdict"]
    try:
        look(pk, held_back=None if verdict == SHOW else HeldBack(verdict), by=manager, actor=acting(manager))
    except Refusal as refusal:
        if refusal.status == 404:
            raise Http404 from refusal
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("It is shown.") if verdict == SHOW else _("It is not shown."))
    return redirect(queue)
