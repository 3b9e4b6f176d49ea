"""Who is asking: the key in the Authorization header, its scopes, and the actor that the ledger will name."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from rest_framework.authentication import BaseAuthentication
from rest_framework.request import Request

from accounts.models import Learner
from api import errors, keys, throttling, trawling
from api.models import Key
from api.throttling import Rate
from providers.models import Provider


@dataclass(frozen=True, slots=True)
class SignedIn:
    """The key that signed a request, when by the database's clock, and what it has left of its rate."""

    key: Key
    at: dt.datetime
    rate: Rate


class LearnerSession(BaseAuthentication):
    """A learner in their own session, as on the pages. The request's user is the learner."""

    def authenticate(self, request: Request) -> tuple[Learner, None]:
        """Refuses `NotSignedIn`; for somebody who is no learner there is nothing here."""
        user = request._request.user
        if not user.is_authenticated:
            raise errors.NotSignedIn()
        learner = Learner.objects.filter(user=user.pk).first()
        if learner is None:
            raise errors.NothingHere()
        return learner, None

    def authenticate_header(self, request: Request) -> str:
        return "Session"


class KeyAuthentication(BaseAuthentication):
    """`Authorization: Bearer wm_test_…`. The request's user is the provider, its auth the `SignedIn`."""

    def authenticate(self, request: Request) -> tuple[Provider, SignedIn]:
        """Refuses what `keys.sign_in` does, `KeyMissing`, `TooManyWrongKeys`, `TooManyRequests`."""
        kind, _, plaintext = request.headers.get("Authorization", "").partition(" ")
        if kind.lower() != "bearer" or not plaintext:
            raise errors.KeyMissing()
        try:
            found = keys.sign_in(plaintext.strip())
        except errors.KeyWrong as refusal:
            raise trawling.count_wrong_key(request.META.get("REMOTE_ADDR", ""), refusal) from None
        return found.key.provider, SignedIn(found.key, found.at, throttling.spend(found.key.pk))

    def authenticate_header(self, request: Request) -> str:
        return 'Bearer realm="waymark"'
