"""Keys: shown once, kept as a hash, used until they expire or are revoked."""

from __future__ import annotations

import datetime as dt
import hashlib
from typing import Any
from uuid import UUID

import pytest
from django.db import IntegrityError, transaction

import ledger
from api import errors, keys
from api.models import Key, Mode
from api.scopes import Scope
from ledger import Actor
from ledger.models import Event
from providers.models import Provider
from tests.factories.api import Caller, a_key

ACTOR = Actor.system("test")


def test_a_key_is_shown_once_and_only_its_hash_is_kept(provider: Provider) -> None:
    key, plaintext = a_key(provider, scopes=[Scope.READ])
    assert plaintext.startswith(f"wm_test_{key.prefix}")
    assert len(plaintext) == len("wm_test_") + 12 + 32
    stored = Key.objects.filter(pk=key.pk).values().get()
    assert stored["secret_hash"] == hashlib.sha256(plaintext.encode()).hexdigest()
    assert plaintext not in str(stored)
    assert plaintext[20:] not in str(stored)


def test_issuing_and_revoking_are_events_without_the_secret(provider: Provider) -> None:
    key, plaintext = a_key(provider, scopes=[Scope.REDEEM, Scope.READ])
    keys.revoke(key.pk, actor=ACTOR)
    issued, revoked = Event.objects.filter(subject=key.subject).order_by("id")
    assert (issued.kind, revoked.kind) == ("api.key_issued", "api.key_revoked")
    assert issued.data == {
        "provider": str(provider.pk),
        "prefix": key.prefix,
        "mode": "test",
        "scopes": ["vouchers:read", "vouchers:redeem"],
        "expires_at": None,
    }
    assert plaintext[20:] not in f"{issued.data} {revoked.data}"


def test_a_key_signs_in_as_its_provider(provider: Provider) -> None:
    key, plaintext = a_key(provider)
    found = keys.sign_in(plaintext)
    assert (found.key, found.key.provider) == (key, provider)


def test_two_keys_of_a_provider_work_at_once(provider: Provider) -> None:
    first, second = Caller.of(provider), Caller.of(provider)
    assert [caller.get("/me").status_code for caller in (first, second)] == [200, 200]


def test_a_sandbox_has_test_keys_only(provider: Provider) -> None:
    with pytest.raises(errors.KeyOfOtherMode):
        a_key(provider, mode=Mode.LIVE)
    assert not Key.objects.exists()


@pytest.mark.parametrize("scopes", [[], ["vouchers:everything"], ["vouchers:read", ""]])
def test_a_key_has_only_scopes_that_exist(provider: Provider, scopes: list[Any]) -> None:
    with pytest.raises(errors.KeyScopesWrong):
        a_key(provider, scopes=scopes)
    assert not Key.objects.exists()


def test_the_database_too_knows_the_scopes(provider: Provider) -> None:
    key, _ = a_key(provider)
    with pytest.raises(IntegrityError, match="key_has_known_scopes"), transaction.atomic():
        Key.objects.filter(pk=key.pk).update(scopes=["vouchers:everything"])


def test_a_revoked_key_stays_revoked_and_is_said_to_be_so_once(provider: Provider) -> None:
    key, plaintext = a_key(provider)
    first = keys.revoke(key.pk, actor=ACTOR).revoked_at
    assert keys.revoke(key.pk, actor=ACTOR).revoked_at == first
    assert Event.objects.filter(kind="api.key_revoked").count() == 1
    with pytest.raises(errors.KeyRevoked):
        keys.sign_in(plaintext)


def test_revoking_a_key_that_is_not_there_is_refused(db: None) -> None:
    with pytest.raises(errors.KeyNotFound):
        keys.revoke(UUID(int=0), actor=ACTOR)


def test_a_key_works_up_to_its_expiry_and_not_after(provider: Provider, clock: Any) -> None:
    _, plaintext = a_key(provider, expires_at=ledger.now() + dt.timedelta(days=1))
    keys.sign_in(plaintext)
    clock.move_by(days=1, seconds=1)
    with pytest.raises(errors.KeyExpired):
        keys.sign_in(plaintext)


def test_the_last_use_is_written_at_most_once_a_minute(provider: Provider, clock: Any) -> None:
    key, plaintext = a_key(provider)
    keys.sign_in(plaintext)
    key.refresh_from_db()
    first = key.last_used_at
    assert first == ledger.now()
    clock.move_by(seconds=59)
    keys.sign_in(plaintext)
    key.refresh_from_db()
    assert key.last_used_at == first
    clock.move_by(seconds=1)
    keys.sign_in(plaintext)
    key.refresh_from_db()
    assert key.last_used_at == first + dt.timedelta(minutes=1)
