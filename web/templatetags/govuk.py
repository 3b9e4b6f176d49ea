"""How a form's field is drawn with GOV.UK's classes."""

from __future__ import annotations

from django import forms, template
from django.forms import BoundField
from django.utils.safestring import SafeString

from web.days import DayWidget

register = template.Library()


@register.filter
def kind(field: BoundField) -> str:
    """Which of the design system's parts draws this field; for a plain control, its class."""
    widget = field.field.widget
    if isinstance(widget, forms.CheckboxSelectMultiple):
        return "checkboxes"
    if isinstance(widget, forms.RadioSelect):
        return "radios"
    if isinstance(widget, DayWidget):
        return "day"
    if isinstance(widget, forms.CheckboxInput):
        return "checkbox"
    if isinstance(widget, forms.Textarea):
        return "govuk-textarea"
    return "govuk-select" if isinstance(widget, forms.Select) else "govuk-input"


@register.filter
def drawn(field: BoundField, classes: str) -> SafeString:
    """The control with these classes and its own, and what describes it to a screen reader."""
    classes = " ".join(filter(None, [classes, field.field.widget.attrs.get("class")]))
    attributes: dict[str, str | bool] = {"class": classes}
    if field.errors:
        attributes["class"] = f"{classes} {classes.split()[0]}--error"
        attributes["aria-invalid"] = "true"
    described = [f"{field.auto_id}_helptext"] if field.help_text else []
    described += [f"{field.auto_id}_error"] if field.errors else []
    if described:
        attributes["aria-describedby"] = " ".join(described)
    return field.as_widget(attrs=attributes)
