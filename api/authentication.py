"""Who is asking: the key in the Authorization header, its scopes, and the actor that the ledger will name."""

from __future__ import annotations

from rest_framework.authentication import BaseAuthentication
from rest_framework.request import Request

from api import errors, keys, throttling, trawling
from api.models import Key
from providers.models import Provider


class KeyAuthentication(BaseAuthentication):
    """`Authorization: Bearer wm_test_…`. The request's user is the provider, its auth the key that was found."""

    def authenticate(self, request: Request) -> tuple[Provider, Key]:
        """Refuses what `keys.sign_in` does, `KeyMissing`, `TooManyWrongKeys`, `TooManyRequests`."""
        kind, _, plaintext = request.headers.get("Authorization", "").partition(" ")
        if kind.lower() != "bearer" or not plaintext:
            raise errors.KeyMissing()
        try:
            found = keys.sign_in(plaintext.strip())
        except errors.KeyWrong as refusal:
            raise trawling.count_wrong_key(request.META.get("REMOTE_ADDR", ""), refusal) from None
        request.rate = throttling.spend(found.key.pk)
        request.asked_at = found.at
        return found.key.provider, found.key

    def authenticate_header(self, request: Request) -> str:
        return 'Bearer realm="waymark"'
