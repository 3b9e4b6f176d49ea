"""Sealing: what has to be read again, and must not be read from a copy of the database alone.

The key is made from SECRET_KEY. After that has been changed, what was sealed before is read with SECRET_KEY_FALLBACKS.
"""

from __future__ import annotations

import base64

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.conf import settings
from django.utils.crypto import salted_hmac


class CannotUnseal(Exception):
    """It was sealed with a key that is not known here any more."""


def seal(text: str) -> str:
    return _keys().encrypt(text.encode()).decode()


def unseal(sealed: str) -> str:
    """Raises `CannotUnseal`."""
    try:
        return _keys().decrypt(sealed.encode()).decode()
    except InvalidToken as error:
        raise CannotUnseal from error


def resealed(sealed: str) -> str:
    """The same under the present key. Raises `CannotUnseal`."""
    try:
        return _keys().rotate(sealed.encode()).decode()
    except InvalidToken as error:
        raise CannotUnseal from error


def is_up_to_date(sealed: str) -> bool:
    """Whether the present key alone unseals it."""
    try:
        _key(settings.SECRET_KEY).decrypt(sealed.encode())
    except InvalidToken:
        return False
    return True


def _keys() -> MultiFernet:
    return MultiFernet([_key(secret) for secret in (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)])


def _key(secret: str) -> Fernet:
    return Fernet(base64.urlsafe_b64encode(salted_hmac("api.sealing", "", secret, algorithm="sha256").digest()))
