"""What learners and providers wrote about courses, for a person at the scheme to look at before it is shown."""

from __future__ import annotations

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
from config.refusals import Refusal
from vouchers import feeding_back
from vouchers.feedback import HeldBack
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
    context = {"page": page, "reasons": HeldBack.choices, "show": SHOW}
    return render(request, "scheme/feedback.html", context)


@require_POST
@for_manager
def look_at(request: HttpRequest, manager: SchemeManager, pk: UUID) -> HttpResponse:
    """Show it, or hold it back for a reason; then the next one."""
    form = LookForm(request.POST)
    if not form.is_valid():
        messages.error(request, str(form.errors["verdict"][0]))
        return redirect("scheme:feedback")
    verdict = form.cleaned_data["verdict"]
    try:
        feeding_back.look_at(
            pk, held_back=None if verdict == SHOW else HeldBack(verdict), by=manager, actor=acting(manager)
        )
    except Refusal as refusal:
        if refusal.status == 404:
            raise Http404 from refusal
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("It is shown.") if verdict == SHOW else _("It is not shown."))
    return redirect("scheme:feedback")
