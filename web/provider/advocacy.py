"""What advisers ask of a provider for their learners, by when it has to be answered, and the one answer."""

from __future__ import annotations

from decimal import Decimal
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

import ledger
from accounts import looking
from accounts.looking import Looker
from accounts.models import Look
from brokerage.advocacy import advocating
from brokerage.advocacy.advocating import Answer
from brokerage.advocacy.models import WITH_A_YES, Advocacy, AdvocacyState, Wanted
from config.money import major, minor
from config.refusals import Refusal
from providers.models import Role, Staff
from web.provider.access import acting, for_staff
from web.provider.saying import refuse
from web.unsent import written

A_PAGE = 20


class AnswerForm(forms.Form):
    agrees = forms.TypedChoiceField(
        label=gettext_lazy("Your answer"),
        choices=[("yes", gettext_lazy("Yes")), ("no", gettext_lazy("No"))],
        coerce=lambda said: said == "yes",
        widget=forms.RadioSelect,
        error_messages={"required": gettext_lazy("Choose yes or no.")},
    )
    price = forms.DecimalField(
        label=gettext_lazy("If yes: what would it cost this learner in all?"),
        help_text=gettext_lazy("Such as 90.00. It holds for them alone, and cannot be taken back."),
        required=False,
        min_value=Decimal("0.01"),
        max_value=Decimal(1_000_000),
        widget=forms.TextInput(attrs={"inputmode": "decimal", "class": "govuk-input--width-10"}),
        error_messages={"invalid": gettext_lazy("Write an amount in numbers, such as 120.00.")},
    )
    until = forms.DateField(
        label=gettext_lazy("If yes: until which day can they buy it for that?"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date", "class": "govuk-input--width-10"}, format="%Y-%m-%d"),
        error_messages={"invalid": gettext_lazy("Enter a day.")},
    )
    words = forms.CharField(
        label=gettext_lazy("In your words"),
        help_text=gettext_lazy("What you agree to, or why not. The learner and their adviser read it."),
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 4}),
    )

    def __init__(self, data: Any, advocacy: Advocacy) -> None:
        super().__init__(data)
        self.currency = advocacy.run.currency
        if advocacy.wanted != Wanted.PRICE:
            del self.fields["price"], self.fields["until"]

    def clean_price(self) -> Decimal | None:
        price: Decimal | None = self.cleaned_data["price"]
        if price is not None and major(minor(price, self.currency), self.currency) != price:
            raise forms.ValidationError(_("There is no coin as small as that."))
        return price

    @property
    def answer(self) -> Answer:
        said = self.cleaned_data
        price = said.get("price")
        price_minor = minor(price, self.currency) if price is not None else None
        return Answer(said["agrees"], said["words"], price_minor, said.get("until"))


@require_safe
@for_staff(Role.COURSES)
def asked(request: HttpRequest, staff: Staff) -> HttpResponse:
    """What waits, the soonest first, and what was answered. A fixed number of queries."""
    waits = Advocacy.objects.waiting_at(staff.provider_id).select_related("run__course", "adviser__organisation")
    over = Advocacy.objects.filter(run__course__provider=staff.provider_id, answered_at__isnull=False)
    context = {
        "page": Paginator(waits, A_PAGE).get_page(request.GET.get("page")),
        "over": over.select_related("run__course").order_by("-answered_at", "-id")[:A_PAGE],
        "now": ledger.now(),
    }
    return render(request, "provider/asked_by_advisers.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@for_staff(Role.COURSES)
def answer(request: HttpRequest, staff: Staff, pk: UUID) -> HttpResponse:
    """Read one of them, and answer it once."""
    found = _mine(staff, pk)
    if found.named:
        looker = Looker(Look.Role.PROVIDER, staff.user_id, staff.provider.subject)
        looking.note(looker, Look.What.REQUEST, [(found.learner_id, found.subject)])
    form = AnswerForm(written(request), found)
    if request.method == "POST" and form.is_valid():
        try:
            advocating.answer(pk, form.answer, by=staff.provider, actor=acting(staff))
        except Refusal as refusal:
            refuse(refusal, form)
        else:
            messages.success(request, _("Thank you. The learner and their adviser are told."))
            return redirect("provider:advocacy")
    context = {"advocacy": found, "form": form, "now": ledger.now(), "waits": found.state == AdvocacyState.SENT}
    return render(request, "provider/answer_adviser.html", context, status=422 if form.errors else 200)


def _mine(staff: Staff, pk: UUID) -> Advocacy:
    """What a learner has not said yes to, or has called off, does not exist for a provider."""
    sent = Advocacy.objects.filter(run__course__provider=staff.provider_id, state__in=WITH_A_YES, pk=pk)
    found = sent.select_related("run__course", "learner", "adviser__user", "adviser__organisation").first()
    if found is None:
        raise Http404
    return found
