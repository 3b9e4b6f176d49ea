"""Cases as a scheme's mediators see them: the queue by its clock, and one case with its facts and what can be done."""

from __future__ import annotations

from uuid import UUID

from django import forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

import ledger
from accounts.models import SchemeManager
from accounts.proposing import schemes_of
from config.refusals import Refusal
from ledger import statements
from vouchers import making_good, mediating
from vouchers.attendance import AttendanceRecord
from vouchers.cases import Recovery, Side
from vouchers.models import Case, Voucher
from web.learner.statement import Mine, movements
from web.scheme.access import acting, for_manager, looked_at
from web.scheme.case_forms import AskForm, DecisionForm, RecoveryForm

A_PAGE = 50


@require_safe
@for_manager
def queue(request: HttpRequest, manager: SchemeManager) -> HttpResponse:
    """The open cases of the manager's schemes, the nearest clock first; or those that are settled, the newest first. A
    fixed number of queries."""
    every = mediating.of_schemes(list(schemes_of(manager))).select_related(
        "learner", "scheme", "mediator", "provider", "voucher__run__course"
    )
    show = "settled" if request.GET.get("show") == "settled" else "open"
    due = every.filter(recovery=Recovery.DUE).order_by("settled_at")
    found = every.open().order_by("answer_by", "id") if show == "open" else every.exclude(settled_at=None)
    context = {
        "show": show,
        "page": Paginator(found, A_PAGE).get_page(request.GET.get("page")),
        "due": due if show == "open" else [],
        "now": ledger.now(),
    }
    return render(request, "scheme/cases.html", context)


@require_safe
@for_manager
def case(request: HttpRequest, manager: SchemeManager, pk: UUID) -> HttpResponse:
    return _show(request, manager, _case(manager, pk))


@require_POST
@for_manager
def take(request: HttpRequest, manager: SchemeManager, pk: UUID) -> HttpResponse:
    found = _case(manager, pk)
    try:
        mediating.take(pk, by=manager.user, scheme=found.scheme, actor=acting(manager))
    except Refusal as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("You have this case now."))
    return redirect("scheme:case", pk=pk)


@require_POST
@for_manager
def ask(request: HttpRequest, manager: SchemeManager, pk: UUID) -> HttpResponse:
    """Ask the learner or the provider."""
    found = _case(manager, pk)
    form = AskForm(request.POST, case=found)
    if form.is_valid():
        try:
            mediating.ask(
                pk,
                Side(form.cleaned_data["who"]),
                form.cleaned_data["question"],
                by=manager.user,
                scheme=found.scheme,
                actor=acting(manager),
            )
        except Refusal as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("They are asked, and get a letter."))
            return redirect("scheme:case", pk=pk)
    return _show(request, manager, found, ask_form=form)


@require_POST
@for_manager
def decide(request: HttpRequest, manager: SchemeManager, pk: UUID) -> HttpResponse:
    """Upheld or not, with reasons."""
    found = _case(manager, pk)
    form = DecisionForm(request.POST)
    if form.is_valid():
        try:
            mediating.settle(
                pk,
                upheld=form.cleaned_data["outcome"] == "upheld",
                reasons=form.cleaned_data["reasons"],
                by=manager.user,
                scheme=found.scheme,
                actor=acting(manager),
            )
        except Refusal as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("The case is settled. The learner gets a letter, and can read your reasons."))
            return redirect("scheme:case", pk=pk)
    return _show(request, manager, found, decision_form=form)


@require_POST
@for_manager
def recover(request: HttpRequest, manager: SchemeManager, pk: UUID) -> HttpResponse:
    """Who bears what the provider had been paid."""
    found = _case(manager, pk)
    form = RecoveryForm(request.POST)
    if form.is_valid():
        try:
            mediating.recover(
                pk,
                from_provider=form.cleaned_data["who_bears"] == "provider",
                reasons=form.cleaned_data["why"],
                by=manager.user,
                scheme=found.scheme,
                actor=acting(manager),
            )
        except Refusal as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("It is decided."))
            return redirect("scheme:case", pk=pk)
    return _show(request, manager, found, recovery_form=form)


def _case(manager: SchemeManager, pk: UUID) -> Case:
    """A case of a scheme that this manager runs; another one does not exist for them."""
    every = mediating.of_schemes(list(schemes_of(manager))).select_related(
        "learner__user", "scheme", "mediator", "provider", "milestone", "learning_account"
    )
    found = every.filter(pk=pk).first()
    if found is None:
        raise Http404
    return found


def _show(
    request: HttpRequest,
    manager: SchemeManager,
    found: Case,
    *,
    ask_form: forms.Form | None = None,
    decision_form: forms.Form | None = None,
    recovery_form: forms.Form | None = None,
) -> HttpResponse:
    looked_at(manager, found)
    voucher = _voucher(found)
    lines = []
    if voucher is not None:
        page = statements.page([voucher.account_id], limit=100)
        lines = movements(page.entries, Mine.of_voucher(voucher))
    invalid = [form for form in (ask_form, decision_form, recovery_form) if form is not None and form.errors]
    context = {
        "case": found,
        "entries": found.entries.select_related("author"),
        "voucher": voucher,
        "milestones": voucher.milestones.order_by("number") if voucher else [],
        "attendance": AttendanceRecord.objects.filter(voucher=voucher, replaced_at=None) if voucher else [],
        "lines": lines,
        "mine": found.is_open and found.mediator_id == manager.user_id,
        "others": Case.objects.of_learner(found.learner).filter(scheme=found.scheme).exclude(pk=found.pk).count(),
        "stood_in_minor": making_good.stood_in_minor(found) if found.recovery else 0,
        "ask_form": ask_form or AskForm(case=found),
        "decision_form": decision_form or DecisionForm(),
        "recovery_form": recovery_form or RecoveryForm(),
        "now": ledger.now(),
    }
    return render(request, "scheme/case.html", context, status=422 if invalid else 200)


def _voucher(case: Case) -> Voucher | None:
    whole = Voucher.objects.select_related("run__course__provider", "learning_account__scheme")
    return whole.filter(pk=case.voucher_id).first() if case.voucher_id else None
