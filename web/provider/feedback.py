"""What learners say of a provider's courses, and the provider's one answer to each."""

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

from config.refusals import Refusal
from providers.models import Role, Staff
from vouchers import feeding_back
from vouchers.feedback import MOST_CHARACTERS, By, Remark
from vouchers.track_records import ENOUGH
from web.provider.access import acting, for_staff
from web.provider.saying import refuse
from web.unsent import written

A_PAGE = 20


class AnswerForm(forms.Form):
    words = forms.CharField(
        label=gettext_lazy("Your answer"),
        help_text=gettext_lazy("Everybody can read it once the scheme has. Say nothing that tells who the learner is."),
        max_length=MOST_CHARACTERS,
        widget=forms.Textarea(attrs={"rows": 4}),
        error_messages={"required": gettext_lazy("Write your answer.")},
    )


@require_safe
@for_staff(Role.COURSES)
def feedback(request: HttpRequest, staff: Staff) -> HttpResponse:
    """What is shown of what learners said, with the answers. A fixed number of queries."""
    page = Paginator(feeding_back.to_answer(staff), A_PAGE).get_page(request.GET.get("page"))
    said = list(page)
    answers = {
        answer.feedback_id: answer
        for answer in Remark.objects.filter(by=By.PROVIDER, feedback__in=[remark.feedback_id for remark in said])
    }
    context = {"page": page, "rows": [(each, answers.get(each.feedback_id)) for each in said], "enough": ENOUGH}
    return render(request, "provider/feedback.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@for_staff(Role.COURSES)
def answer(request: HttpRequest, staff: Staff, pk: UUID) -> HttpResponse:
    """Answer one of them, once."""
    remark = feeding_back.to_answer(staff).filter(pk=pk).first()
    if remark is None:
        raise Http404
    form = AnswerForm(written(request))
    if request.method == "POST" and form.is_valid():
        try:
            feeding_back.answer(pk, form.cleaned_data["words"], by=staff, actor=acting(staff))
        except Refusal as refusal:
            refuse(refusal, form)
        else:
            messages.success(request, _("Thank you. A person at the scheme reads it before it is shown."))
            return redirect("provider:feedback")
    context = {"remark": remark, "form": form}
    return render(request, "provider/feedback_answer.html", context, status=422 if form.errors else 200)
