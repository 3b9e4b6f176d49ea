"""A sheet of printed codes that is lost: whoever has nothing else throws it away by a link in their e-mail.

Their password alone does not do it, since somebody may have looked on while they typed it.
"""

from __future__ import annotations

import datetime as dt

from allauth.account.adapter import get_adapter
from allauth.mfa.models import Authenticator
from django.core import signing
from django.http import HttpRequest
from django.urls import reverse

from accounts.models import User

SALT = "web.account.printed"
# As long as it takes to get to a machine on which they read their e-mail.
LINK_HOLDS = dt.timedelta(hours=24)


def sheet(user: User) -> Authenticator | None:
    """The codes on paper, where they are all that this person has beside the password."""
    found = list(Authenticator.objects.filter(user=user)[:2])
    return found[0] if [each.type for each in found] == [Authenticator.Type.RECOVERY_CODES] else None


def send_link(request: HttpRequest, user: User, lost: Authenticator) -> None:
    """To the address that they sign in with."""
    token = signing.dumps(lost.pk, salt=SALT)
    link = request.build_absolute_uri(reverse("lost-codes-link", args=[token]))
    get_adapter().send_mail("mfa/email/lost_codes", user.email, {"user": user, "link": link})


def lost_by_link(user: User, token: str) -> Authenticator | None:
    """The sheet that the link is about, while it is this person's and all that they have."""
    try:
        pk = signing.loads(token, salt=SALT, max_age=LINK_HOLDS)
    except signing.BadSignature:
        return None
    found = sheet(user)
    return found if found is not None and found.pk == pk else None


def throw_away(user: User, lost: Authenticator) -> None:
    """None of its codes can be used any more, and the person reads in an e-mail that it was done."""
    lost.delete()
    get_adapter().send_notification_mail("mfa/email/codes_thrown_away", user)
