"""docs/webhooks.md: what it shows is run, and what it says is so."""

from __future__ import annotations

import json
import re
import subprocess
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings

from api.webhooks import delivering, kinds, subscribing
from tests.factories.api import a_key
from tests.factories.vouchers import ACTOR, vouchers
from tests.factories.webhooks import Heard, Receiver, a_webhook, spread

pytestmark = pytest.mark.django_db

DOCUMENT = (Path(settings.BASE_DIR) / "docs/webhooks.md").read_text()
SNIPPETS = re.findall(r"```(\w+)\n(.*?)```", DOCUMENT, re.DOTALL)
CHECKING = [code for language, code in SNIPPETS if "def receive(" in code]
BY_HAND, ASKING, ROTATING = (code for language, code in SNIPPETS if language == "sh")
[POLLING] = [code for language, code in SNIPPETS if "def events_after(" in code]


def ran(code: str, name: str) -> Any:
    """The function that a snippet defines."""
    made: dict[str, Any] = {}
    exec(code, made)
    return made[name]


@pytest.fixture
def two_secrets(receiver: Receiver) -> tuple[Heard, str, str]:
    """A webhook as it arrived while its secret was being changed."""
    endpoint, old = a_webhook(url=receiver.url)
    vouchers(1, provider=endpoint.provider)
    _, new = subscribing.rotate(endpoint.pk, endpoint.provider, actor=ACTOR)
    spread()
    delivering.send_due()
    return receiver.heard[0], old, new


@pytest.mark.parametrize("code", CHECKING, ids=["with the library", "with nothing"])
def test_a_webhook_is_checked_with_either_secret_and_no_other(two_secrets: Any, code: str) -> None:
    heard, old, new = two_secrets
    receive = ran(code, "receive")
    for secret in (old, new):
        assert receive(secret, heard.headers, heard.body)["kind"] == "voucher.issued"
    assert receive(a_webhook()[1], heard.headers, heard.body) is None
    assert receive(new, heard.headers, heard.body.replace(b"12000", b"12001")) is None
    long_ago = str(int(heard.headers["webhook-timestamp"]) - 301)
    assert receive(new, heard.headers | {"webhook-timestamp": long_ago}, heard.body) is None


@pytest.mark.external("openssl")
def test_by_hand_it_is_the_same_signature(two_secrets: Any, tmp_path: Path) -> None:
    heard, _old, new = two_secrets
    (tmp_path / "body").write_bytes(heard.body)
    given = {"SECRET": new, "ID": heard.webhook_id, "TIMESTAMP": heard.headers["webhook-timestamp"]}
    command = ["env", *(f"{name}={value}" for name, value in given.items()), "sh", "-c", BY_HAND]
    made = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=True).stdout
    assert f"v1,{made}" == heard.headers["webhook-signature"].split()[0]


@pytest.mark.django_db(transaction=True)
def test_a_poller_reads_everything_and_goes_on(live_server: Any) -> None:
    key, plaintext = a_key()
    vouchers(3, provider=key.provider)
    spread()
    events_after = ran(POLLING, "events_after")
    found, cursor = events_after(None, live_server.url, plaintext)
    assert [event["kind"] for event in found] == ["voucher.issued"] * 3
    assert events_after(cursor, live_server.url, plaintext) == ([], cursor)


@pytest.mark.external("curl")
@pytest.mark.django_db(transaction=True)
def test_the_commands_ask_and_change_the_secret(live_server: Any) -> None:
    endpoint, secret = a_webhook()
    _key, plaintext = a_key(endpoint.provider)
    given = {"KEY": plaintext, "API": live_server.url, "WEBHOOK": str(endpoint.pk)}

    def answer(command: str) -> Any:
        line = ["env", *(f"{name}={value}" for name, value in given.items()), "sh", "-c", f"set -e; {command}"]
        return json.loads(subprocess.run(line, capture_output=True, text=True, check=True).stdout)

    assert answer(ASKING)["events"] == []
    assert answer(ROTATING)["secret"] not in ("", secret)


def test_the_table_has_every_kind_and_its_words() -> None:
    rows = dict(re.findall(r"^\| `([\w.]+)` \| (.+) \|$", DOCUMENT, re.MULTILINE))
    assert rows == {name: str(kind.says) for name, kind in kinds.TOLD.items()}


def test_its_numbers_are_the_codes() -> None:
    assert (delivering.PATIENCE, delivering.MOST_READ) == (10, 4_000)
    assert delivering.FIRST_WAIT.total_seconds() == 5
    assert delivering.LONGEST_WAIT.total_seconds() == 4 * 3600
    assert delivering.JITTER == 0.2
    assert (delivering.AT_ONCE_EACH, delivering.AT_ONCE_FAILING) == (8, 1)
    assert delivering.FAILING_FOR.days == 5
    assert subscribing.GIVE_UP_AFTER.days == 3
    assert subscribing.OLD_SECRET_SIGNS_FOR.total_seconds() == 24 * 3600
