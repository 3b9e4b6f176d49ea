"""The sandbox's pay page: what the gateway would show, with test cards to choose from."""

from __future__ import annotations

from django import forms
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from config.money import in_words
from payments.models import SandboxSession
from payments.sandbox import paying
from payments.sandbox.paying import Card

_CHOOSE = _("Choose a card")


class PayForm(forms.Form):
    card = forms.ChoiceField(choices=Card.choices, error_messages={"required": _CHOOSE, "invalid_choice": _CHOOSE})


@never_cache
@require_http_methods(["GET", "POST"])
def pay(request: HttpRequest, session_id: str) -> HttpResponse:
    """Show the page, or try the chosen card: paid goes to the success page, declined stays here and says so."""
    session = get_object_or_404(SandboxSession, pk=session_id)
    form = PayForm(request.POST if request.method == "POST" else None)
    if session.status == "open" and form.is_valid():
        if not paying.pay(session.id, Card(form.cleaned_data["card"])):
            form.add_error("card", _("The card was declined, and nothing was taken. Choose another card, or go back."))
        session.refresh_from_db()
    if session.status == "complete":
        return HttpResponseRedirect(session.success_url)
    page = {"session": session, "form": form, "amount": in_words(session.amount_minor, session.currency)}
    return render(request, "payments/sandbox/pay.html", page)
