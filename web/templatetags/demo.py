"""What only a demonstration shows."""

from __future__ import annotations

from django import template
from django.conf import settings

from web.public import demo_people

register = template.Library()


@register.simple_tag(takes_context=True)
def guests(context: template.Context) -> list[demo_people.Guest]:
    """The people to sign in as, with their password put beside them."""
    context["password"] = settings.DEMO_PASSWORD
    return demo_people.guests()
