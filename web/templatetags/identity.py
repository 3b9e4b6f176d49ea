"""Who else people can sign in through."""

from __future__ import annotations

from typing import cast

from allauth.socialaccount.models import SocialAccount
from django import template
from django.conf import settings
from django.urls import reverse

from accounts.models import User

register = template.Library()


@register.simple_tag
def identity_providers() -> list[dict[str, str]]:
    """Each with its name and the address that leads to it, as they are configured."""
    apps = cast(list[dict[str, str]], settings.SOCIALACCOUNT_PROVIDERS["openid_connect"]["APPS"])
    return [
        {
            "id": app["provider_id"],
            "name": app["name"],
            "url": reverse("openid_connect_login", args=[app["provider_id"]]),
        }
        for app in apps
    ]


@register.simple_tag
def connected_to(user: User) -> set[str]:
    """The ids of those that this person can sign in through."""
    return set(SocialAccount.objects.filter(user=user).values_list("provider", flat=True))
