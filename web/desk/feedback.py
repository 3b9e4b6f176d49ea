"""What learners say of an organisation's guidance, and its one answer to each: for whoever leads it."""

from __future__ import annotations

from uuid import UUID

from django import forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from brokerage.hearing import answering, reading
from brokerage.hearing.models import GuidanceRemark, Speaker
from brokerage.models import Adviser
from config.refusals import Refusal
from vouchers.feedback import MOST_CHARACTERS
from vouchers.track_records import ENOUGH
from web.desk.access import acting, for_lead, refuse
from web.hearing import WHY_HELD_BACK
from web.unsent import written

A_PAGE = 20


class AnswerForm(forms.Form):
    words = forms.CharField(
        label=gettext_lazy("The organisation's answer"),
        help_text=gettext_lazy(
            "Everybody can read it once a scheme has. It stays as you write it. "
            "Say nothing that tells who the learner or an adviser is."
        ),
        max_length=MOST_CHARACTERS,
        widget=forms.Textarea(attrs={"rows": 4}),
        error_messages={"required": gettext_lazy("Write your answer.")},
    )


@require_safe
@for_lead
def feedback(request: HttpRequest, lead: Adviser) -> HttpResponse:
    """The numbers, the flag, and the words that are shown with their answers. A fixed number of queries."""
    organisation = lead.organisation
    page = Paginator(answering.to_answer(organisation), A_PAGE).get_page(request.GET.get("page"))
    said = list(page)
    answers = {
        answer.feedback_id: (answer, WHY_HELD_BACK.get(answer.held_back, ""))
        for answer in GuidanceRemark.objects.filter(
            by=Speaker.ORGANISATION, feedback__in=[remark.feedback_id for remark in said]
        )
    }
    context = {
        "organisation": organisation,
        "record": reading.guidance_records([organisation])[organisation.pk],
        "pushed": reading.pushed(organisation),
        "page": page,
        "rows": [(remark, *answers.get(remark.feedback_id, (None, ""))) for remark in said],
        "enough": ENOUGH,
    }
    return render(request, "desk/feedback.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@for_lead
def answer(request: HttpRequest, lead: Adviser, pk: UUID) -> HttpResponse:
    """Answer one of them, once."""
    remark = answering.to_answer(lead.organisation).filter(pk=pk).first()
    if remark is None:
        raise Http404
    form = AnswerForm(written(request))
    if request.method == "POST" and form.is_valid():
        try:
            answering.answer(pk, form.cleaned_data["words"], by=lead, actor=acting(lead))
        except Refusal as refusal:
            refuse(refusal, form)
        else:
            messages.success(request, _("Thank you. A person at the scheme reads it before it is shown."))
            return redirect("desk:feedback")
    context = {"remark": remark, "form": form}
    return render(request, "desk/feedback_answer.html", context, status=422 if form.errors else 200)
