"""The log says which page was asked for, and has no secret that opens it."""

import secrets

import pytest
from django.core import signing
from django.test import RequestFactory

from config.ids import uuid7
from config.request_log import RequestLog

SECRETS = ["A" + secrets.token_urlsafe(32), signing.dumps({"a": 1}), "1-cj3e8x-" + "a1" * 16]


def logged(address):
    return RequestLog.format_request(RequestFactory().get(address))


@pytest.mark.parametrize("secret", SECRETS, ids=["of a link", "signed", "of a new password"])
@pytest.mark.parametrize("page", ["/shared/{}/", "/represent/{}/", "/this-was-not-me/{}/", "/shared/{}/files/x"])
def test_the_secret_of_a_link_is_left_out(page, secret):
    assert logged(page.format(secret)) == "GET " + page.format("…")


def test_a_page_is_named_with_its_id():
    address = f"/learner/vouchers/{uuid7()}/"
    assert logged(address) == f"GET {address}"
    assert logged("/account/2fa/recovery-codes/generate/") == "GET /account/2fa/recovery-codes/generate/"


def test_what_somebody_searches_for_is_left_out():
    assert logged("/desk/call/?q=Megan") == "GET /desk/call/"


@pytest.mark.django_db
def test_the_application_logs_so(client, capsys):
    client.get(f"/shared/{SECRETS[0]}/?x=1")
    said = capsys.readouterr().err
    assert "GET /shared/…/" in said
    assert SECRETS[0] not in "".join(line for line in said.splitlines() if "request_" in line)
