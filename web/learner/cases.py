"""A learner's cases: this was not me, complaints, and what was said about them."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

import ledger
from accounts.models import Learner, LearningAccount
from config.refusals import Refusal
from vouchers import complaining, contesting, mediating
from vouchers.cases import CaseKind, CaseQuerySet, Side
from vouchers.models import Case
from web.cases import WordsForm
from web.learner.access import acting, for_learner, refuse, shown_to_be_them
from web.learner.forms import ComplaintForm
from web.learner.good_words import good_word_in
from web.learner.vouchers import mine
from web.unsent import written

A_PAGE = 20


def waiting_for(learner: Learner) -> CaseQuerySet:
    """The open cases in which somebody asked the learner something."""
    return Case.objects.of_learner(learner).open().filter(waits_for=Side.LEARNER).order_by("asked_at")


@require_safe
@for_learner
def cases(request: HttpRequest, learner: Learner) -> HttpResponse:
    """Every case there ever was, the newest first. A fixed number of queries."""
    every = Case.objects.of_learner(learner).select_related("voucher__run__course", "provider", "scheme", "mediator")
    page = Paginator(every, A_PAGE).get_page(request.GET.get("page"))
    return render(request, "learner/cases.html", {"page": page, "now": ledger.now()})


@require_http_methods(["GET", "HEAD", "POST"])
@for_learner
def case(request: HttpRequest, learner: Learner, pk: UUID) -> HttpResponse:
    """One case: where it stands, by when there is an answer, and what was said; the learner may add to it."""
    found = _case(learner, pk)
    form = WordsForm(written(request))
    if request.method == "POST" and form.is_valid():
        try:
            complaining.say(pk, form.cleaned_data["words"], learner=learner, actor=acting(learner))
        except Refusal as refusal:
            refuse(request, refusal, form)
        else:
            messages.success(request, _("Thank you. It is with your case now."))
            return redirect("learner:case", pk=pk)
    context = {
        "case": found,
        "entries": found.entries.select_related("author"),
        "form": form,
        "may_withdraw": found.is_open and found.kind != CaseKind.COMPLAINT,
        "open_for_one": found.is_open,
        "ask_speaker": reverse("learner:good-word-in-case", args=[pk]),
        **good_word_in(found, open_for_one=found.is_open),
        "now": ledger.now(),
    }
    return render(request, "learner/case.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@for_learner
@shown_to_be_them
def withdraw(request: HttpRequest, learner: Learner, pk: UUID) -> HttpResponse:
    """It was them after all: what stood still goes on, so they show that it is them."""
    found = _case(learner, pk)
    if request.method == "POST":
        try:
            mediating.withdraw(pk, learner=learner, actor=acting(learner))
        except Refusal as refusal:
            refuse(request, refusal)
        else:
            messages.success(request, _("You have taken it back. Everything goes on as before."))
        return redirect("learner:case", pk=pk)
    return render(request, "learner/case_withdraw.html", {"case": found})


@require_http_methods(["GET", "HEAD", "POST"])
@for_learner
def not_me(request: HttpRequest, learner: Learner, pk: UUID) -> HttpResponse:
    """One press stops a voucher. Without showing that it is them: it only protects."""
    voucher = mine(learner, pk)
    if request.method != "POST":
        return render(request, "learner/not_me.html", {"voucher": voucher})
    try:
        found = contesting.not_me(
            pk, learner=learner, transfer=_uuid(request.POST.get("transfer")), actor=acting(learner)
        )
    except Refusal as refusal:
        refuse(request, refusal)
        return redirect("learner:voucher", pk=pk)
    messages.success(request, _("It is stopped: nothing is paid from this voucher now. Tell us below what you know."))
    return redirect("learner:case", pk=found.pk)


@require_http_methods(["GET", "HEAD", "POST"])
@for_learner
def not_my_account(request: HttpRequest, learner: Learner, pk: UUID) -> HttpResponse:
    """One press stops a learning account and all its vouchers."""
    account = get_object_or_404(LearningAccount.objects.select_related("scheme"), pk=pk, learner=learner)
    if request.method != "POST":
        return render(request, "learner/not_me.html", {"account": account})
    found = contesting.not_my_account(pk, learner=learner, actor=acting(learner))
    messages.success(request, _("It is stopped: nothing is spent from this account now. Tell us below what you know."))
    return redirect("learner:case", pk=found.pk)


@require_http_methods(["GET", "HEAD", "POST"])
@for_learner
def complain(request: HttpRequest, learner: Learner) -> HttpResponse:
    """About a voucher, a provider, an adviser or the service: who answers, by when, and the words."""
    accounts = list(LearningAccount.objects.filter(learner=learner).select_related("scheme").order_by("opened_at"))
    form = ComplaintForm(written(request), learner=learner, accounts=accounts, initial=_initial(request))
    if request.method == "POST" and accounts and form.is_valid():
        said = form.cleaned_data
        try:
            made = complaining.complain(
                said["about"],
                said["words"],
                learner=learner,
                account=said.get("account") or accounts[0].pk,
                voucher=said.get("voucher"),
                actor=acting(learner),
            )
        except Refusal as refusal:
            refuse(request, refusal, form)
        else:
            messages.success(request, _("Thank you. Somebody looks into it."))
            return redirect("learner:case", pk=made.pk)
    context = {"form": form, "accounts": accounts}
    return render(request, "learner/complain.html", context, status=422 if form.errors else 200)


def _case(learner: Learner, pk: UUID) -> Case:
    every = Case.objects.of_learner(learner).select_related(
        "voucher__run__course__provider", "provider", "scheme", "mediator", "milestone"
    )
    found = every.filter(pk=pk).first()
    if found is None:
        raise Http404
    return found


def _initial(request: HttpRequest) -> dict[str, str]:
    voucher = _uuid(request.GET.get("voucher"))
    return {"about": "voucher", "voucher": str(voucher)} if voucher else {}


def _uuid(typed: str | None) -> UUID | None:
    try:
        return UUID(typed or "")
    except ValueError:
        return None
