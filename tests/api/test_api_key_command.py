"""`./run manage api_key`: keys issued, listed and revoked by whoever runs the scheme."""

from __future__ import annotations

from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from api import errors, keys
from api.models import Key
from providers.models import Provider


def run(*arguments: Any) -> str:
    out = StringIO()
    call_command("api_key", *map(str, arguments), stdout=out, stderr=StringIO())
    return out.getvalue().strip()


@pytest.mark.parametrize("by", ["pk", "ukprn", "name"])
def test_a_key_is_issued_to_a_provider_by_id_number_or_name(provider: Provider, by: str) -> None:
    plaintext = run("issue", getattr(provider, by), "--name", "till", "--scope", "vouchers:read")
    key = keys.sign_in(plaintext).key
    assert (key.provider, key.name, key.scopes) == (provider, "till", ["vouchers:read"])


def test_a_revoked_key_is_listed_as_such_and_nobodys(provider: Provider) -> None:
    plaintext = run("issue", provider.pk)
    key = Key.objects.get()
    assert "live" in run("list", provider.pk)
    run("revoke", key.pk)
    assert "revoked" in run("list", provider.pk)
    with pytest.raises(errors.KeyRevoked):
        keys.sign_in(plaintext)


@pytest.mark.parametrize("arguments", [("issue", "nobody"), ("list", "nobody"), ("revoke", "nothing")])
def test_what_is_not_there_is_said_so(db: None, arguments: tuple[str, ...]) -> None:
    with pytest.raises(CommandError):
        run(*arguments)
