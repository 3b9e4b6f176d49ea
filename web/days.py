"""A day that people know by heart, such as a birthday, in three boxes: no calendar to page through."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

PARTS = {"day": (_("Day"), 2), "month": (_("Month"), 2), "year": (_("Year"), 4)}


class DayWidget(forms.MultiWidget):
    template_name = "forms/day.html"

    def __init__(self, autocomplete: str = "") -> None:
        """`autocomplete` is `bday` where the day is the birthday of whoever fills it in."""
        super().__init__({name: _box(f"{autocomplete}-{name}" if autocomplete else "") for name in PARTS})

    def decompress(self, value: Any) -> list[Any]:
        return [value.day, value.month, value.year] if isinstance(value, dt.date) else [None, None, None]

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        context = super().get_context(name, value, attrs)
        boxes = context["widget"]["subwidgets"]
        for box, (label, width) in zip(boxes, PARTS.values(), strict=True):
            box |= {"label": label, "width": width}
        # What the error summary leads to.
        boxes[0]["attrs"]["id"] = context["widget"]["attrs"].get("id")
        return context


class DayField(forms.Field):
    """A day as day, month and year; None when nothing is given."""

    widget = DayWidget
    default_error_messages = {
        "incomplete": _("Give the day, the month and the year."),
        "invalid": _("There is no such day. Give the day, the month and the year in numbers, such as 27 3 1985."),
    }

    def to_python(self, value: Any) -> dt.date | None:
        written = [str(part or "").strip() for part in value or ()]
        if not any(written):
            return None
        if not all(written):
            raise ValidationError(self.error_messages["incomplete"], code="incomplete")
        # A year of two numbers would be one of the Roman Empire's.
        if all(part.isascii() and part.isdecimal() for part in written) and len(written[2]) == 4:
            day, month, year = map(int, written)
            try:
                return dt.date(year, month, day)
            except (ValueError, OverflowError):
                pass
        raise ValidationError(self.error_messages["invalid"], code="invalid")


def _box(autocomplete: str) -> forms.TextInput:
    return forms.TextInput(attrs={"inputmode": "numeric"} | ({"autocomplete": autocomplete} if autocomplete else {}))
