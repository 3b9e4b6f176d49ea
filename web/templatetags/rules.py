"""How a form for rules is drawn."""

from __future__ import annotations

from django import template

from web.scheme.rule_form import Group, Input, Items

register = template.Library()


@register.filter
def shape(node: Input | Group | Items) -> str:
    """Which of the three parts of a form draws this."""
    return type(node).__name__.lower()


@register.filter
def nested(path: str) -> bool:
    """Whether a list stands inside a section that has another heading."""
    return "." in path
