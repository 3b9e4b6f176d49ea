"""Forms as GOV.UK's design system draws them, so that a page's template says `{{ form }}` and no more."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, cast

from django import forms
from django.forms.renderers import TemplatesSetting
from django.http import HttpRequest, QueryDict


class GovukRenderer(TemplatesSetting):
    form_template_name = "forms/form.html"
    field_template_name = "forms/field.html"


def choose(form: forms.Form, name: str, choices: Sequence[tuple[Any, Any]]) -> None:
    """What can be chosen in a field of this form."""
    cast(forms.ChoiceField, form.fields[name]).choices = choices


def posted(request: HttpRequest) -> QueryDict | None:
    """What a form is filled with: what was sent, were it nothing at all, and None before anything was."""
    return request.POST if request.method == "POST" else None
