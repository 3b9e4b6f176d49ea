"""How a provider stands with the scheme's vetting: its accreditations, what it is asked, and what was declined."""

from __future__ import annotations

from uuid import UUID

from django import forms
from django.contrib import messages
from django.db.models import Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods

import ledger
from config.refusals import Refusal
from providers import vetting
from providers.models import Accreditation, AccreditationEvidence, CourseVetting, Role, Staff
from web.evidence import download
from web.provider.access import acting, for_staff

# So many courses' accreditations that end next, and so many decisions that wait for an answer, are shown.
MOST = 50


class AnswerForm(forms.Form):
    answer = forms.CharField(
        label=gettext_lazy("Your answer"),
        help_text=gettext_lazy("The scheme's staff read it, and look at the course again."),
        max_length=vetting.MOST_WORDS,
        widget=forms.Textarea(attrs={"rows": 6}),
        error_messages={"required": gettext_lazy("Write your answer.")},
    )


@require_GET
@for_staff()
def accreditation(request: HttpRequest, staff: Staff) -> HttpResponse:
    """What the provider holds, which courses' accreditations end next, and what waits for its answer."""
    today = ledger.today()
    own = staff.provider.accreditations.prefetch_related("evidence").order_by("-valid_from", "id")
    ending = Accreditation.objects.valid(today).filter(
        course__provider=staff.provider, course__withdrawn_at=None, valid_until__isnull=False
    )
    context = {
        "staff": staff,
        "provider": staff.provider,
        "held": [(each, each.holds(today)) for each in own],
        "ending": ending.select_related("course").order_by("valid_until", "id")[:MOST],
        "decisions": _open(staff).select_related("course").order_by("decided_at", "id")[:MOST],
        "may_answer": staff.may(Role.COURSES),
    }
    return render(request, "provider/accreditation.html", context)


@require_http_methods(["GET", "POST"])
@for_staff(Role.COURSES)
def answer(request: HttpRequest, staff: Staff, pk: UUID) -> HttpResponse:
    """Answer a question about a course, or a refusal."""
    decision = get_object_or_404(
        CourseVetting.objects.select_related("course", "answered_by"), pk=pk, course__provider=staff.provider
    )
    form = AnswerForm(request.POST or None)
    status = 200
    if request.method == "POST" and form.is_valid():
        try:
            vetting.answer(pk, form.cleaned_data["answer"], staff=staff, actor=acting(staff))
        except Refusal as refusal:
            form.add_error(refusal.field, str(refusal))
            status = refusal.status
        else:
            messages.success(request, _("Thank you. The course is looked at again."))
            return redirect("provider:accreditation")
    elif form.errors:
        status = 422
    return render(request, "provider/accreditation_answer.html", {"decision": decision, "form": form}, status=status)


@require_GET
@for_staff()
def document(request: HttpRequest, staff: Staff, pk: UUID) -> HttpResponse:
    """A document that shows one of the provider's own accreditations, or of its courses', as a download."""
    whose = Q(accreditation__provider=staff.provider) | Q(accreditation__course__provider=staff.provider)
    found = AccreditationEvidence.objects.filter(whose, pk=pk).first()
    if found is None:
        raise Http404
    return download(found)


def _open(staff: Staff) -> QuerySet[CourseVetting]:
    """What the provider may answer still: questions, and refusals that it does not agree with."""
    waits = Q(answered_at=None, superseded=False) & ~Q(decision=CourseVetting.Decision.ACCEPTED)
    return CourseVetting.objects.filter(waits, course__provider=staff.provider, course__withdrawn_at=None)
