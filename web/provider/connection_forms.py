"""What a provider's administrator fills in about keys and webhooks."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from api.scopes import Scope
from api.webhook_models import WebhookEndpoint
from api.webhooks.kinds import TOLD
from config.outbound import LONGEST_URL
from web.forms import choose


class KeyForm(forms.Form):
    name = forms.CharField(
        label=_("What is the key for?"),
        help_text=_("Such as the name of the system that will use it."),
        max_length=100,
        error_messages={"required": _("Say what the key is for.")},
    )
    scopes = forms.MultipleChoiceField(
        label=_("What may it do?"),
        help_text=_("Choose no more than the system needs."),
        choices=[(value, str(label).capitalize()) for value, label in Scope.choices],
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Choose at least one.")},
    )
    days = forms.TypedChoiceField(
        label=_("How long is it good for?"),
        choices=[("90", _("90 days")), ("365", _("One year")), ("", _("Until you revoke it"))],
        coerce=int,
        empty_value=None,
        required=False,
        initial="365",
        widget=forms.RadioSelect,
    )


class WebhookForm(forms.Form):
    url = forms.CharField(
        label=_("Where do we send to?"),
        help_text=_("An address of yours that begins with https:// and can be reached from the internet."),
        max_length=LONGEST_URL,
        widget=forms.TextInput(attrs={"inputmode": "url", "autocomplete": "off", "spellcheck": "false"}),
        error_messages={"required": _("Give the address.")},
    )
    description = forms.CharField(
        label=_("What is it for?"),
        help_text=_("For yourself, such as the name of the system behind it."),
        max_length=200,
        required=False,
    )
    what = forms.ChoiceField(
        label=_("What is it told?"),
        choices=[("all", _("Everything that concerns you")), ("some", _("Only what you choose below"))],
        initial="all",
        widget=forms.RadioSelect,
    )
    kinds = forms.MultipleChoiceField(label=_("Only these"), widget=forms.CheckboxSelectMultiple, required=False)

    def __init__(self, *given: Any, **named: Any) -> None:
        super().__init__(*given, **named)
        choose(self, "kinds", [(name, kind.says) for name, kind in TOLD.items()])

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if cleaned.get("what") == "some" and not cleaned.get("kinds") and "kinds" not in self.errors:
            self.add_error("kinds", _("Choose at least one."))
        return cleaned

    def wanted(self) -> dict[str, Any]:
        """What `webhooks.subscribing` is asked for."""
        said = self.cleaned_data
        kinds = said["kinds"] if said["what"] == "some" else []
        return {"url": said["url"], "description": said["description"], "kinds": kinds}

    @staticmethod
    def filled_in(endpoint: WebhookEndpoint) -> dict[str, Any]:
        """How it stands now."""
        return {
            "url": endpoint.url,
            "description": endpoint.description,
            "what": "some" if endpoint.kinds else "all",
            "kinds": endpoint.kinds,
        }
