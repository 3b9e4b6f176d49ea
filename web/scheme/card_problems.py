"""Card problems: refunds that failed, payments that were taken back, and what the gateway says that does not fit."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts import looking
from accounts.looking import Looker
from accounts.models import Look, Scheme, SchemeManager
from config.money import in_words
from config.refusals import Refusal
from payments.messages import understand
from payments.models import CardRefund, GatewayEvent, Problem
from vouchers.cards import charging_back, problems, reconciling, recovering, refunding
from vouchers.errors import PaymentReferenceMissing
from vouchers.models import CardHold, Voucher
from web.forms import choose, posted
from web.learner.access import shown_to_be_them
from web.scheme.access import acting, for_scheme

A_PAGE = 50
# What a person does about a message from which nothing followed.
_TO_DO = {
    Problem.AMOUNT: gettext_lazy(
        "It is not the amount that was asked for, so nothing was done. If money was taken, give it back there."
    ),
    Problem.CURRENCY: gettext_lazy(
        "It is not the currency that was asked for, so nothing was done. If money was taken, give it back there."
    ),
    Problem.UNKNOWN: gettext_lazy(
        "Nobody here asked for this. Look it up there: it may be of another service that uses the same account."
    ),
    Problem.TWICE: gettext_lazy("It was counted before, so nothing was done. Look it up there."),
    Problem.CONTRADICTION: gettext_lazy(
        "It says the opposite of what the gateway said before, which still counts here. Look up what is true there."
    ),
}
_SAID = {
    "paid": gettext_lazy("A card payment of {amount}"),
    "refunded": gettext_lazy("A refund of {amount} that arrived"),
    "refund_failed": gettext_lazy("A refund of {amount} that failed"),
    "disputed": gettext_lazy("A dispute of {amount}"),
    "dispute_won": gettext_lazy("A dispute of {amount} that was won"),
    "dispute_lost": gettext_lazy("A dispute of {amount} that was lost"),
}


class RefundForm(forms.Form):
    how = forms.ChoiceField(
        label=gettext_lazy("What do you want to do?"),
        widget=forms.RadioSelect,
        error_messages={"required": gettext_lazy("Say what you want to do.")},
    )
    reference = forms.CharField(
        label=gettext_lazy("The bank's reference of the payment"),
        help_text=gettext_lazy("Only if you have paid it in another way."),
        max_length=35,
        required=False,
    )

    def __init__(self, *args: Any, taken_back: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [
            ("again", _("Send it to the card again")),
            ("by_hand", _("It has been paid from the scheme's bank account")),
        ]
        if taken_back:
            choices = [("keep", _("Keep it: the card's bank has taken the payment back already"))]
        choose(self, "how", choices)


class LossForm(forms.Form):
    what = forms.ChoiceField(
        label=gettext_lazy("What becomes of the voucher?"),
        widget=forms.RadioSelect,
        error_messages={"required": gettext_lazy("Say what becomes of the voucher.")},
    )

    def __init__(self, *args: Any, voucher: Voucher, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [("bear", _("It goes on, and the scheme bears the loss"))]
        if charging_back.can_end(voucher):
            choices.append(("end", _("It ends: what it holds goes back to the learning account and the scheme")))
        choose(self, "what", choices)


@require_safe
@for_scheme
def queue(request: HttpRequest, manager: SchemeManager, scheme: Scheme) -> HttpResponse:
    """All that waits for somebody, and how the scheme's card money stands. A fixed number of queries."""
    every = problems.messages_of(scheme).select_related("checkout__voucher")
    page = Paginator(every, A_PAGE).get_page(request.GET.get("page"))
    course = "voucher__run__course"
    entries = reconciling.entries_to_look_at(scheme).select_related("checkout__voucher")[:A_PAGE]
    context = {
        "scheme": scheme,
        "count": problems.count(scheme),
        "refunds": problems.refunds_of(scheme).select_related(f"checkout__{course}")[:A_PAGE],
        "losses": problems.losses_of(scheme).select_related(course)[:A_PAGE],
        "entries": [(entry, _TO_DO[Problem(entry.problem)]) for entry in entries],
        "payouts": reconciling.payouts_to_look_at()[:A_PAGE],
        "late": reconciling.payments_not_paid_out(scheme).select_related(course)[:A_PAGE],
        "late_after": reconciling.PAID_OUT_WITHIN.days,
        "clearing": reconciling.clearings(scheme)[0],
        "page": page,
        "messages_": [(event, _said(event), _TO_DO[Problem(event.problem)]) for event in page],
    }
    return render(request, "scheme/card_problems.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@for_scheme
@shown_to_be_them
def refund(request: HttpRequest, manager: SchemeManager, scheme: Scheme, pk: UUID) -> HttpResponse:
    """A refund that failed: send it again, or say how else it was paid."""
    found = get_object_or_404(problems.refunds_of(scheme).select_related("checkout"), pk=pk)
    voucher = _voucher(manager, scheme, checkout=found.checkout_id)
    form = RefundForm(posted(request), taken_back=recovering.left(voucher) >= found.amount_minor)
    actor = acting(manager)
    if form.is_valid():
        acts: dict[str, tuple[Callable[[], CardRefund], str]] = {
            "again": (
                lambda: refunding.send_again(pk, scheme=scheme, actor=actor),
                _("It is on its way to the card again."),
            ),
            "by_hand": (
                lambda: refunding.paid_by_hand(pk, form.cleaned_data["reference"], scheme=scheme, actor=actor),
                _("Noted: it was paid from the scheme's bank account."),
            ),
            "keep": (lambda: refunding.keep(pk, scheme=scheme, actor=actor), _("The scheme keeps it.")),
        }
        act, said = acts[form.cleaned_data["how"]]
        if done := _done(request, scheme, form, act, said):
            return done
    context = {"scheme": scheme, "refund": found, "voucher": voucher, "form": form}
    return render(request, "scheme/card_refund.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@for_scheme
@shown_to_be_them
def loss(request: HttpRequest, manager: SchemeManager, scheme: Scheme, pk: UUID) -> HttpResponse:
    """A payment that was taken back: does its voucher go on, or end?"""
    found = get_object_or_404(problems.losses_of(scheme), pk=pk)
    voucher = _voucher(manager, scheme, pk=found.voucher_id)
    form, actor = LossForm(posted(request), voucher=voucher), acting(manager)
    if form.is_valid():
        acts: dict[str, tuple[Callable[[], CardHold], str]] = {
            "bear": (
                lambda: charging_back.bear(pk, scheme=scheme, actor=actor),
                _("The voucher goes on. The scheme bears the loss."),
            ),
            "end": (lambda: charging_back.end(pk, scheme=scheme, actor=actor), _("The voucher has ended.")),
        }
        act, said = acts[form.cleaned_data["what"]]
        if done := _done(request, scheme, form, act, said):
            return done
    context = {"scheme": scheme, "loss": found, "voucher": voucher, "form": form}
    return render(request, "scheme/card_loss.html", context, status=422 if form.errors else 200)


@require_POST
@for_scheme
def message(request: HttpRequest, manager: SchemeManager, scheme: Scheme, pk: UUID) -> HttpResponse:
    """Somebody has dealt with what the gateway said."""
    return _dealt_with(request, scheme, lambda: problems.deal_with(pk, scheme=scheme, actor=acting(manager)))


@require_POST
@for_scheme
def entry(request: HttpRequest, manager: SchemeManager, scheme: Scheme, pk: UUID) -> HttpResponse:
    """Somebody has dealt with what a payout was made of."""
    return _dealt_with(request, scheme, lambda: problems.deal_with_entry(pk, scheme=scheme, actor=acting(manager)))


@require_POST
@for_scheme
def payout(request: HttpRequest, manager: SchemeManager, scheme: Scheme, pk: UUID) -> HttpResponse:
    """Somebody has dealt with a payout that does not add up."""
    return _dealt_with(request, scheme, lambda: problems.deal_with_payout(pk, actor=acting(manager)))


def _dealt_with(request: HttpRequest, scheme: Scheme, act: Callable[[], object]) -> HttpResponse:
    try:
        act()
    except Refusal as refusal:
        raise Http404 from refusal
    messages.success(request, _("Noted: you have dealt with it."))
    return redirect("scheme:card-problems", slug=scheme.slug)


def _done(
    request: HttpRequest, scheme: Scheme, form: forms.Form, act: Callable[[], object], said: str
) -> HttpResponse | None:
    """Act, and back to the list; None with the refusal on the form."""
    try:
        act()
    except PaymentReferenceMissing as refusal:
        form.add_error("reference", str(refusal))
        return None
    except Refusal as refusal:
        form.add_error(None, str(refusal))
        return None
    messages.success(request, said)
    return redirect("scheme:card-problems", slug=scheme.slug)


def _voucher(manager: SchemeManager, scheme: Scheme, **which: Any) -> Voucher:
    """The voucher, with its learner, whose looking at is kept for them to read."""
    found = Voucher.objects.select_related("learner__user", "run__course__provider").get(**which)
    looker = Looker(Look.Role.MANAGER, manager.user_id, scheme.subject)
    looking.note(looker, Look.What.VOUCHER, [(found.learner_id, found.subject)])
    return found


def _said(event: GatewayEvent) -> str:
    """What the gateway said, in words."""
    said = understand(event.body)
    amount = _("an amount that it did not name")
    if said.amount_minor is not None and len(said.currency) == 3:
        amount = in_words(said.amount_minor, said.currency)
    return str(_SAID[said.what]).format(amount=amount) if said.what in _SAID else said.kind
