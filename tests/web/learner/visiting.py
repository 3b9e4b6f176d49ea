"""A learner at a browser: signed in, and, where money is to move, just shown to be themselves."""

from __future__ import annotations

import re
import time
from html import unescape
from typing import Any

from allauth.account.authentication import AUTHENTICATION_METHODS_SESSION_KEY
from django.contrib.auth.hashers import make_password
from django.test import Client

from accounts.models import Learner, User

PASSWORD = "a-password-to-try"


def signed_in(learner: Learner) -> Client:
    """The learner's own session; they have a password, and gave it long ago."""
    assert learner.user is not None  # everybody here can sign in
    User.objects.filter(pk=learner.user_id).update(password=make_password(PASSWORD))
    client = Client()
    client.force_login(User.objects.get(pk=learner.user_id))
    return client


def just_shown(learner: Learner, **shown: Any) -> Client:
    """The same, after they have shown that it is them; `shown` is allauth's record of how (their password)."""
    client = signed_in(learner)
    session = client.session
    session[AUTHENTICATION_METHODS_SESSION_KEY] = [
        {"method": "password", "at": time.time(), "reauthenticated": True, **shown}
    ]
    session.save()
    return client


def text(response: Any) -> str:
    """What the page's main part says, without markup, on one line."""
    body = response.content.decode()
    main = re.search(r"<main.*?</main>", body, re.DOTALL)
    shown = re.sub(r"<(script|style).*?</\1>", " ", main.group() if main else body, flags=re.DOTALL)
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", shown)).replace("\xa0", " ").split())
