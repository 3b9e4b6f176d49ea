"""What somebody may do for their provider, in words."""

from __future__ import annotations

from collections.abc import Iterable

from django import template

from providers.models import Role

register = template.Library()


@register.filter
def roles(values: Iterable[str]) -> list[str]:
    return [str(Role(value).label) for value in values]
