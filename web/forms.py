"""Forms as GOV.UK's design system draws them, so that a page's template says `{{ form }}` and no more."""

from __future__ import annotations

from django.forms.renderers import TemplatesSetting


class GovukRenderer(TemplatesSetting):
    form_template_name = "forms/form.html"
    field_template_name = "forms/field.html"
