"""Keys: a provider's system is given one, signs in with it, and loses it when it is revoked."""

from __future__ import annotations

import datetime as dt
import hashlib
import hmac
import re
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db import transaction
from django.db.models import Subquery

import ledger
from api import errors, events
from api.models import Key, LedgerNow, Mode
from api.scopes import Scope
from config.ids import ALPHABET
from ledger import Actor
from ledger.models import Book
from providers.models import Provider

PREFIX_CHARACTERS = 12
SECRET_CHARACTERS = 32  # of 32 letters: 160 bits
_FORM = re.compile(rf"wm_(test|live)_([0-9a-z]{{{PREFIX_CHARACTERS}}})([0-9a-z]{{{SECRET_CHARACTERS}}})")
_NOTED_AGAIN_AFTER = dt.timedelta(minutes=1)
_LETTERS = ALPHABET.lower()


@dataclass(frozen=True, slots=True)
class Found:
    """A key that may be used, and the database's time when it was looked up."""

    key: Key
    at: dt.datetime


def issue(
    provider: Provider,
    *,
    scopes: Sequence[Scope],
    actor: Actor,
    mode: Mode | None = None,
    name: str = "",
    expires_at: dt.datetime | None = None,
) -> tuple[Key, str]:
    """A new key of `provider`, and its plaintext, which is shown this once and not kept.

    A sandbox has test keys only and a real book live keys only; `mode` None takes the one that fits. Any number
    of keys may be live at once, so that one can be replaced without a gap.
    Refuses `KeyScopesWrong`, `KeyOfOtherMode`.
    """
    if not scopes or any(scope not in Scope.values for scope in scopes):
        raise errors.KeyScopesWrong(field="scopes", known=", ".join(Scope.values))
    fitting = Mode.TEST if Book.objects.get().sandbox else Mode.LIVE
    if mode is not None and mode != fitting:
        raise errors.KeyOfOtherMode(field="mode", mode=mode)
    prefix = _letters(PREFIX_CHARACTERS)
    plaintext = f"wm_{fitting}_{prefix}{_letters(SECRET_CHARACTERS)}"
    with transaction.atomic():
        key = Key.objects.create(
            provider=provider,
            name=name,
            mode=fitting,
            prefix=prefix,
            secret_hash=_hash(plaintext),
            scopes=sorted(set(scopes)),
            created_at=ledger.now(),
            expires_at=expires_at,
        )
        ledger.record(
            events.KEY_ISSUED.by(
                actor,
                subject=key.subject,
                provider=provider.pk,
                prefix=prefix,
                mode=str(fitting),
                scopes=[str(scope) for scope in key.scopes],
                expires_at=expires_at,
            )
        )
    return key, plaintext


def revoke(key: UUID, *, actor: Actor, by: Provider | None = None) -> Key:
    """From now on the key is nobody's. Revoked twice, it stays as it is. Locks the key.

    `by` a provider, it has to be one of its own. Refuses `KeyNotFound`.
    """
    mine = Key.objects.all() if by is None else Key.objects.filter(provider=by)
    with transaction.atomic():
        found = mine.select_for_update().filter(pk=key).first()
        if found is None:
            raise errors.KeyNotFound()
        if found.revoked_at is None:
            found.revoked_at = ledger.now()
            found.save(update_fields=["revoked_at"])
            ledger.record(
                events.KEY_REVOKED.by(actor, subject=found.subject, provider=found.provider_id, prefix=found.prefix)
            )
    return found


def sign_in(plaintext: str) -> Found:
    """The key that `plaintext` is, with its provider; one query, and once a minute a second that notes its use.

    Refuses `KeyWrong`, and to whoever has the whole secret `KeyRevoked` and `KeyExpired`.
    """
    form = _FORM.fullmatch(plaintext)
    if form is None:
        raise errors.KeyWrong()
    here = Book.objects.values("sandbox")[:1]
    found = Key.objects.select_related("provider").annotate(at=LedgerNow(), in_sandbox=Subquery(here))
    key = found.filter(prefix=form[2]).first()
    # Hashed and compared also when there is no such prefix, so that an answer's time says nothing about prefixes.
    same = hmac.compare_digest(_hash(plaintext), key.secret_hash if key else "0" * 64)
    if key is None or not same or key.mode != form[1]:
        raise errors.KeyWrong()
    if key.mode != (Mode.TEST if key.in_sandbox else Mode.LIVE):  # it came here with a copy of another database
        raise errors.KeyWrong()
    if key.revoked_at is not None:
        raise errors.KeyRevoked()
    at: dt.datetime = key.at
    if key.expires_at is not None and key.expires_at <= at:
        raise errors.KeyExpired(expires_at=key.expires_at)
    if key.last_used_at is None or key.last_used_at + _NOTED_AGAIN_AFTER <= at:
        Key.objects.filter(pk=key.pk).update(last_used_at=at)
    return Found(key, at)


def _letters(characters: int) -> str:
    return "".join(secrets.choice(_LETTERS) for _ in range(characters))


def _hash(plaintext: str) -> str:
    # The secret is 160 random bits: there is nothing to guess that a slow hash would make dearer.
    return hashlib.sha256(plaintext.encode()).hexdigest()
