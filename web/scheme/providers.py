"""Providers, as those who manage schemes see them: who there is, what state each is in and why, and moving them."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Count, Exists, OuterRef, Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.models import SchemeManager
from config.refusals import Refusal
from providers import staffing
from providers.models import Provider, Role, Staff, StateChange
from providers.registering import LONGEST_NOTE, MAY_BECOME, Because, reasons
from vouchers import stopping
from web.forms import choose, posted
from web.notifications.inviting import send_invitation
from web.provider.saying import refuse
from web.scheme.access import acting, for_manager

State = Provider.State
A_PAGE = 50

DO = {
    State.ACTIVE: gettext_lazy("Let it go on"),
    State.NO_NEW_STARTS: gettext_lazy("Stop new starts"),
    State.SUSPENDED: gettext_lazy("Suspend it"),
    State.REMOVED: gettext_lazy("Remove it for good"),
}
ANSWER = {State.ACTIVE: gettext_lazy("Accept the application"), State.REMOVED: gettext_lazy("Decline the application")}


class FilterForm(forms.Form):
    all_optional = True

    q = forms.CharField(label=gettext_lazy("Name or number"), required=False, max_length=200)
    state = forms.ChoiceField(
        label=gettext_lazy("State"), required=False, choices=[("", gettext_lazy("Any state")), *State.choices]
    )


class MoveForm(forms.Form):
    """Why a provider is moved to another state."""

    reason = forms.ChoiceField(
        label=gettext_lazy("Why"),
        widget=forms.RadioSelect,
        error_messages={"required": gettext_lazy("Choose a reason.")},
    )
    note = forms.CharField(
        label=gettext_lazy("In a sentence"),
        help_text=gettext_lazy("It is kept with the provider's history. Learners and the provider do not see it."),
        required=False,
        max_length=LONGEST_NOTE,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    new_until = forms.DateField(
        label=gettext_lazy("Counts as new until"),
        help_text=gettext_lazy("Up to this day the stricter rules for new providers apply."),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )

    def __init__(self, *args: Any, provider: Provider, to: State, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [(reason.value, reason.label) for reason in reasons(provider.state, to)]
        choose(self, "reason", choices)
        if len(choices) == 1:
            self.initial["reason"] = choices[0][0]
        if (provider.state, to) != (State.APPLIED, State.ACTIVE):
            del self.fields["new_until"]


class AdministratorForm(forms.Form):
    email = forms.CharField(
        label=gettext_lazy("Their e-mail address"),
        max_length=254,
        widget=forms.EmailInput(attrs={"autocomplete": "off"}),
    )


@require_GET
@for_manager
def every(request: HttpRequest, manager: SchemeManager) -> HttpResponse:
    """Every provider, by name, a page at a time; those in one state, or with these words in their name or number."""
    form = FilterForm(request.GET)
    said = form.cleaned_data if form.is_valid() else {}
    found = Provider.objects.all()
    if words := said.get("q"):
        number = words.replace(" ", "")
        found = found.filter(Q(name__icontains=words) | Q(ukprn=number) | Q(siret=number) | Q(vat__iexact=number))
    if said.get("state"):
        found = found.filter(state=said["state"])
    staffed = Staff.objects.current().filter(provider=OuterRef("pk"))
    context = {
        "form": form,
        "page": Paginator(found.annotate(has_staff=Exists(staffed)), A_PAGE).get_page(request.GET.get("page")),
        "counts": dict(Provider.objects.order_by().values_list("state").annotate(Count("pk"))),
        "query": {name: value for name, value in said.items() if value},
    }
    return render(request, "scheme/providers.html", context)


@require_GET
@for_manager
def one(request: HttpRequest, manager: SchemeManager, pk: UUID) -> HttpResponse:
    """A provider: what is known of it, who works there, what it is moved to, and why it was."""
    return _show(request, _found(pk), AdministratorForm(), 200)


@require_POST
@for_manager
def invite(request: HttpRequest, manager: SchemeManager, pk: UUID) -> HttpResponse:
    """The first administrator of a provider that has none, such as one that came with a feed."""
    provider, form = _found(pk), AdministratorForm(request.POST)
    if form.is_valid():
        try:
            invited = staffing.invite_administrator(
                provider, form.cleaned_data["email"], user=manager.user_id, actor=acting(manager)
            )
        except Refusal as refusal:
            refuse(refusal, form)
        else:
            if send_invitation(invited):
                messages.success(request, _("Invited. The link is on its way."))
            else:
                messages.error(request, _("The letter could not be sent. Invite them again in a while."))
            return redirect("scheme:provider", pk=pk)
    return _show(request, provider, form, 422)


@require_http_methods(["GET", "POST"])
@for_manager
def move(request: HttpRequest, manager: SchemeManager, pk: UUID, to: str) -> HttpResponse:
    """Move a provider to another state, after saying what that does to vouchers that learners have."""
    provider, wanted = _found(pk), to.replace("-", "_")
    if wanted not in MAY_BECOME[provider.state]:
        raise Http404
    state = State(wanted)
    form = MoveForm(posted(request), provider=provider, to=state)
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        because = Because(StateChange.Reason(said["reason"]), said["note"], by=manager.user_id)
        try:
            stopping.move(provider, state, because=because, actor=acting(manager), new_until=said.get("new_until"))
        except Refusal as refusal:
            refuse(refusal, form)
        else:
            messages.success(request, _("{provider}: {state}.").format(provider=provider.name, state=state.label))
            return redirect("scheme:provider", pk=pk)
    context = {
        "provider": provider,
        "to": state,
        "do": _does(provider, state),
        "form": form,
        "consequences": stopping.consequences(provider, state),
        "still_to_redeem": sorted(stopping.still_to_redeem(provider).items()) if state == State.REMOVED else [],
    }
    return render(request, "scheme/provider_move.html", context, status=422 if form.errors else 200)


def _found(pk: UUID) -> Provider:
    found = Provider.objects.filter(pk=pk).first()
    if found is None:
        raise Http404
    return found


def _does(provider: Provider, to: State) -> str:
    return str((ANSWER if provider.state == State.APPLIED else DO)[to])


def _show(request: HttpRequest, provider: Provider, form: AdministratorForm, status: int) -> HttpResponse:
    staff = list(provider.staff.current().select_related("user"))
    moves = [to for to in State if to in MAY_BECOME[provider.state]]
    context = {
        "provider": provider,
        "staff": staff,
        "has_administrator": any(person.may(Role.ADMINISTRATOR) for person in staff),
        "bank_account": provider.bank_accounts.in_force().first(),
        "accreditations": provider.accreditations.all()[:10],
        "history": provider.state_changes.select_related("moved_by"),
        "moves": [(to.value.replace("_", "-"), _does(provider, to), to) for to in moves],
        "form": form,
    }
    return render(request, "scheme/provider.html", context, status=status)
