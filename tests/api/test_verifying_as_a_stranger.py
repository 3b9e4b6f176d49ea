"""A stranger verifies: with the script of `docs/verify.md`, over HTTP, with nothing of ours."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from base64 import b64decode
from hashlib import sha256
from pathlib import Path
from typing import Any
from urllib.request import Request, urlopen

import pytest
import tamperlog
from django.conf import settings
from pymerkle import InclusionProof, verify_inclusion
from pymerkle.core import _inclusion_path_layout

from ledger import sealing
from tests.factories.api import Caller
from tests.factories.vouchers import a_voucher, vouchers
from vouchers.models import State

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.usefixtures("alone_in_the_cluster"),
    pytest.mark.external("openssl"),
]


class Stranger:
    """Somebody with an HTTP client, Python, openssl, and a folder for what they keep."""

    def __init__(self, server: str, folder: Path) -> None:
        self.server, self.folder = server, folder
        [script] = re.findall(r"```python\n(.*?)```", (settings.BASE_DIR / "docs/verify.md").read_text(), re.S)
        (folder / "verify.py").write_text(script)

    def fetch(self, path: str, kept_as: str, **headers: str) -> str:
        with urlopen(Request(self.server + path, headers=headers)) as answer:
            content: str = answer.read().decode()
        (self.folder / kept_as).write_text(content)
        return content

    def verify(self, *given: str) -> tuple[int, str]:
        """The script's exit code and the last line that it says."""
        ran = subprocess.run(
            [sys.executable, "-I", "-S", "verify.py", *given], cwd=self.folder, capture_output=True, text=True
        )
        return ran.returncode, (ran.stdout + ran.stderr).splitlines()[-1]


@pytest.fixture
def stranger(live_server: Any, tmp_path: Path) -> Stranger:
    """They have the keys, a checkpoint from before, a receipt, the newest checkpoint and the proof between them."""
    who = Stranger(live_server.url, tmp_path)
    voucher = a_voucher(confirmed=1)
    sealing.seal()
    who.fetch("/.well-known/waymark/keys", "keys")
    old = who.fetch("/.well-known/waymark/1/checkpoint", "old").splitlines()[1]
    caller = Caller.of(voucher.provider)
    [made] = caller.post(f"/vouchers/{voucher.code}/redeem").json()["redemptions"]
    vouchers(2, state=State.CLOSED)
    sealing.seal()
    new = who.fetch("/.well-known/waymark/1/checkpoint", "new").splitlines()[1]
    who.fetch(f"/.well-known/waymark/1/consistency?from={old}&to={new}", "proof")
    who.fetch(f"/api/v1/redemptions/{made['id']}/receipt", "receipt.json", Authorization=f"Bearer {caller.plaintext}")
    return who


def test_they_find_a_true_receipt_proven_and_a_false_one_wrong(stranger: Stranger) -> None:
    assert stranger.verify("receipt", "receipt.json", "keys") == (0, "PROVEN: 2 rows are in the log.")
    true = (stranger.folder / "receipt.json").read_text()
    leaf = json.loads(true)["logs"][0]["rows"][0]["leaf_index"]
    for old, new, says in (
        (r"\"amount_minor\":3000", r"\"amount_minor\":9000", "is not what this receipt says"),
        (f'"leaf_index":{leaf},', f'"leaf_index":{leaf + 1},', "is not what this receipt says"),
        (r"moved GBP", r"moved EUR", "did not sign this checkpoint"),
    ):
        assert old in true
        (stranger.folder / "false.json").write_text(true.replace(old, new))
        code, last = stranger.verify("receipt", "false.json", "keys")
        assert (code, last.endswith(says)) == (1, True), last


def test_they_find_that_the_log_only_grew_and_a_log_that_did_not(stranger: Stranger) -> None:
    code, last = stranger.verify("consistency", "old", "new", "proof", "keys")
    assert (code, last.startswith("PROVEN: waymark.example/")) == (0, True)
    proof = json.loads((stranger.folder / "proof").read_text())
    proof["consistency_proof"].reverse()
    (stranger.folder / "false").write_text(json.dumps(proof))
    code, last = stranger.verify("consistency", "old", "new", "false", "keys")
    assert (code, "does not begin with" in last) == (1, True)


def test_a_key_that_did_not_sign_proves_nothing(stranger: Stranger) -> None:
    keys = (stranger.folder / "keys").read_text()
    (stranger.folder / "others").write_text(keys.replace("waymark.example", "somebody.example"))
    code, last = stranger.verify("receipt", "receipt.json", "others")
    assert (code, last) == (1, "WRONG: none of your keys signed this checkpoint")


def test_a_library_that_is_not_ours_accepts_a_proof_fetched_over_http(stranger: Stranger) -> None:
    [log] = json.loads((stranger.folder / "receipt.json").read_text())["logs"]
    _origin, size, root, *_rest = log["checkpoint"].splitlines()
    for row in log["rows"]:
        hashed = sha256(b"\x00" + row["leaf"].encode()).digest()
        place, path = row["leaf_index"] + 1, [b64decode(step) for step in row["inclusion_proof"]]
        rule, _ranges = _inclusion_path_layout(place, int(size))
        proof = InclusionProof("sha256", True, int(size), place, rule, [hashed, *path])
        verify_inclusion(hashed, b64decode(root), proof)


def test_another_accepts_that_the_log_has_only_grown_from_what_was_fetched_over_http(stranger: Stranger) -> None:
    (_, old_size, old_root, *_), (_, new_size, new_root, *_) = (
        (stranger.folder / name).read_text().splitlines() for name in ("old", "new")
    )
    proof = [b64decode(step) for step in json.loads((stranger.folder / "proof").read_text())["consistency_proof"]]
    old, new = (int(old_size), b64decode(old_root)), (int(new_size), b64decode(new_root))
    tamperlog.verify_consistency(*old, *new, proof)
    with pytest.raises(tamperlog.ProofError):
        tamperlog.verify_consistency(*old, *new, proof[::-1])
