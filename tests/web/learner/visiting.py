"""A learner at a browser: signed in, and, where money is to move, just shown to be themselves."""

from __future__ import annotations

import datetime as dt
import re
import time
from html import unescape
from typing import Any

from allauth.account.internal.flows.login import record_authentication
from django.contrib.auth.hashers import make_password
from django.http import HttpRequest
from django.test import Client

from accounts.models import Learner, User
from config.ids import uuid7

PASSWORD = "a-password-to-try"


def signed_in(learner: Learner) -> Client:
    """The learner's own session; they have a password, and gave it long ago."""
    assert learner.user is not None  # everybody here can sign in
    User.objects.filter(pk=learner.user_id).update(password=make_password(PASSWORD))
    client = Client()
    client.force_login(User.objects.get(pk=learner.user_id))
    return client


def somebody(residence: str = "wales", level: int = 1) -> Learner:
    """A person who can sign in and has no learning account."""
    user = User.objects.create_user(f"{uuid7().hex}@learner.example", PASSWORD, name="New Comer")
    return Learner.objects.create(
        user=user,
        given_name="New",
        family_name="Comer",
        date_of_birth=dt.date(1990, 1, 1),
        residence=residence,
        qualification_level=level,
    )


def just_shown(learner: Learner, **shown: Any) -> Client:
    """The same, after they have shown that it is them; `shown` is allauth's record of how (their password, now)."""
    client = signed_in(learner)
    request = HttpRequest()
    request.session = client.session
    how = {"method": "password", "at": time.time(), "reauthenticated": True} | shown
    record_authentication(request, User.objects.get(pk=learner.user_id), **how)
    request.session.save()
    return client


def text(response: Any) -> str:
    """What the page's main part says, without markup, on one line."""
    body = response.content.decode()
    main = re.search(r"<main.*?</main>", body, re.DOTALL)
    shown = re.sub(r"<(script|style).*?</\1>", " ", main.group() if main else body, flags=re.DOTALL)
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", shown)).replace("\xa0", " ").split())
