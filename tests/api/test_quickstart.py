"""`docs/quickstart.md`: a newcomer who does what it says, command by command, gets what it says."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as site

from api.webhooks import delivering
from ledger.verification import verify
from tests.factories.webhooks import spread
from vouchers.models import Redemption

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.external("curl", "openssl")]

QUICKSTART = (Path(site.BASE_DIR) / "docs/quickstart.md").read_text()
BLOCKS = re.findall(r"```sh\n(.*?)```", QUICKSTART, re.S)


class Shell:
    """A newcomer's shell: what one block sets, the next one knows."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def run(self, block: str) -> str:
        kept = self.folder / "kept"
        script = f"set -eu\nif [ -f {kept} ]; then . {kept}; fi\n{block}\nset | grep -E '^[A-Z]+=' > {kept}\n"
        # What bash keeps for itself cannot be set again.
        script += f"sed -i '/^\\(BASH\\|EUID\\|PPID\\|SHELLOPTS\\|UID\\)/d' {kept}\n"
        done = subprocess.run(["bash", "-c", script], cwd=self.folder, capture_output=True, text=True, timeout=60)
        assert done.returncode == 0, done.stderr
        return done.stdout


def test_ten_commands_lead_from_nothing_to_a_redeemed_voucher_and_a_verified_webhook(
    tmp_path: Path, live_server: Any, settings: Any
) -> None:
    settings.PUBLIC_URL, settings.OUTBOUND_MAY_GO_INSIDE = live_server.url, True
    where, *commands = BLOCKS
    shell = Shell(tmp_path)
    shell.run(where.replace("http://127.0.0.1:8000", live_server.url))
    key, inbox, webhook, voucher, accept, start, confirm, redeem, owed, fetch, check = commands
    for block in (key, inbox, webhook, voucher):
        shell.run(block)
    assert '"state":"accepted"' in shell.run(accept)
    assert '"state":"declared"' in shell.run(start)
    assert '"state":"confirmed"' in shell.run(confirm)
    assert '"left_minor":9000' in shell.run(redeem)
    assert '"payable_minor":3000' in shell.run(owed)
    spread()
    delivering.send_due()
    shell.run(fetch)
    assert shell.run(check).startswith('VERIFIED: {"id":')
    assert Redemption.objects.get().amount_minor == 30_00
    assert verify().broken is None


def test_a_webhook_that_was_changed_on_its_way_is_not_verified(tmp_path: Path) -> None:
    (tmp_path / "headers").write_text("webhook-id: 1\r\nwebhook-timestamp: 2\r\nwebhook-signature: v1,AAAA\r\n")
    (tmp_path / "body").write_text("{}")
    checking = BLOCKS[-1].replace("&&", "|| echo WRONG; false &&").replace("false && echo", "true || echo")
    assert Shell(tmp_path).run(f"SECRET=whsec_AAAA\n{checking}") == "WRONG\n"


def test_it_says_ten_commands_and_has_ten() -> None:
    assert [int(number) for number in re.findall(r"^\*\*(\d+)\.", QUICKSTART, re.M)] == list(range(1, 11))
