"""What an organisation's pages say: what its state means, and no."""

from __future__ import annotations

from django import forms
from django.http import Http404
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from config.refusals import Refusal
from providers.models import Provider

State = Provider.State

MEANS: dict[str, str | Promise] = {
    State.APPLIED: _("The scheme's staff look at your application. Until they accept it, learners cannot choose you."),
    State.ACTIVE: _("Learners can choose your accredited courses."),
    State.NO_NEW_STARTS: _("You finish what you have promised. Learners cannot choose you any more."),
    State.SUSPENDED: _("Something is being looked into. Until that is done, nothing is accepted, delivered or paid."),
    State.REMOVED: _("Your part in the scheme has ended. What was still in vouchers has gone back to learners."),
}


def refuse(refusal: Refusal, form: forms.Form) -> None:
    """Say no beside the field that it is about. Not theirs looks like does not exist."""
    if refusal.status == 404:
        raise Http404 from refusal
    form.add_error(refusal.field if refusal.field in form.fields else None, str(refusal))
