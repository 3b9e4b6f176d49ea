"""On clusters of its own: three logins with their own rights, a process killed at its worst moment, and a restore."""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import quote

import psycopg
import pytest

from config.services.postgres import OWNER, Postgres, find_binaries
from config.services.stack import DATABASE, ROOT

KEY = "waymark.example:" + "a" * 43 + "="
FUNDER, POT = "00000000-0000-7000-8000-000000000001", "00000000-0000-7000-8000-000000000002"

# Moves money once under a reference; `DIE` says when the process kills itself, as a machine that loses power would.
MOVE = f"""
import os, signal, sys
import django
django.setup()
from uuid import UUID
from django.db import transaction
import ledger
from ledger import Actor, EventKind, NewAccount, Transfer
reference, amount, die = sys.argv[1], int(sys.argv[2]), os.environ.get("DIE")
moved = EventKind("test.moved", fields={{"amount_minor"}})
owner = UUID(int=1)
with transaction.atomic():
    accounts = [NewAccount("funder", "GBP", False, "test", owner, UUID("{FUNDER}")),
                NewAccount("pot", "GBP", True, "test", owner, UUID("{POT}"))]
    funder, pot = ledger.open_accounts(accounts)
    event = moved.by(Actor.system("test"), "test:1", amount_minor=amount)
    [posted] = ledger.post([Transfer(funder, pot, amount, "GBP", "test", reference, event)])
    if die == "before it commits":
        os.kill(os.getpid(), signal.SIGKILL)
if die == "before it answers":
    os.kill(os.getpid(), signal.SIGKILL)
print(posted.id, posted.credit_balance_minor)
"""


@dataclass
class Cluster:
    """A PostgreSQL server with Waymark's database in it, and a folder where its checkpoints are published."""

    folder: Path
    checkpoints: Path
    logins: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.server = Postgres(self.folder, durable=False)
        self.server.start()
        self.server.create(DATABASE)
        self.logins["owner"] = self.server.url(DATABASE)

    def run(self, *command: str, who: str = "application", **environment: str) -> subprocess.CompletedProcess[str]:
        """A process of Waymark's that knows no login but its own."""
        kept = {name: value for name, value in os.environ.items() if name not in ("WAYMARK_AS_OWNER", "DATABASE_URL")}
        url = {"DATABASE_OWNER_URL" if who == "owner" else "DATABASE_URL": self.logins[who]}
        # No signing key but here: whoever seals without one would say so, and not that they may not.
        given = {"DJANGO_SETTINGS_MODULE": "config.settings", "LEDGER_SIGNING_KEYS": KEY, "DEBUG": "1"}
        given["CHECKPOINTS_OPTIONS"] = json.dumps({"location": str(self.checkpoints)})
        kept.pop("DATABASE_OWNER_URL", None)
        return subprocess.run(
            [sys.executable, *command], cwd=ROOT, env=kept | given | url | environment, capture_output=True, text=True
        )

    def manage(self, *command: str, who: str = "application") -> str:
        done = self.run("manage.py", *command, who=who)
        return done.stdout if done.returncode == 0 else f"{done.returncode}: {done.stderr.strip() or done.stdout}"

    def move(self, reference: str, amount: int = 100, die: str = "") -> subprocess.CompletedProcess[str]:
        return self.run("-c", MOVE, reference, str(amount), DIE=die)

    def let_in(self) -> None:
        """The logins that `ledger roles` prints; from now on the server asks for their passwords."""
        urls = re.findall(r"^DATABASE_URL=(.*)$", self.manage("ledger", "roles", who="owner"), re.M)
        self.logins |= dict(zip(("application", "sealer"), urls, strict=True))
        rules = self.folder / "pg_hba.conf"
        rules.write_text(f"local all {OWNER} trust\nlocal all all scram-sha-256\n")
        self.ask("SELECT pg_reload_conf()")

    def ask(self, question: str, who: str = "owner") -> Any:
        with psycopg.connect(self.logins[who], autocommit=True) as connection:
            cursor = connection.execute(question)
            return cursor.fetchall() if cursor.description else None

    def program(self, name: str, *options: str, **given: Any) -> str:
        """One of PostgreSQL's own programs, on this server and as the owner."""
        command = [str(find_binaries() / name), "-h", str(self.server.sockets), "-U", OWNER, *options]
        return subprocess.run(command, capture_output=True, text=True, check=True, **given).stdout


@pytest.fixture(scope="module")
def folder() -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix="waymark-test-", ignore_cleanup_errors=True) as made:
        os.chmod(made, 0o755)  # so that the server's own user can pass
        yield Path(made)


def a_cluster(folder: Path, name: str) -> Iterator[Cluster]:
    made = Cluster(folder / name, folder / f"checkpoints of the {name}")
    try:
        yield made
    finally:
        made.server.stop()
        made.server.remove()


@pytest.fixture(scope="module")
def cluster(folder: Path) -> Iterator[Cluster]:
    for made in a_cluster(folder, "first"):
        made.manage("migrate", "--verbosity", "0", who="owner")
        made.let_in()
        yield made


@pytest.fixture
def another(folder: Path) -> Iterator[Cluster]:
    yield from a_cluster(folder, "second")


REFUSED = {
    "application": [
        "SET ROLE NONE; UPDATE ledger_balance SET posted = 1",
        f"SET ROLE {OWNER}",
        "SET ROLE waymark_sealer",
        "SET SESSION AUTHORIZATION waymark",
        "SET session_replication_role = replica",
        "ALTER TABLE ledger_transfer DISABLE TRIGGER ALL",
        "DROP TRIGGER never_changed ON ledger_transfer",
        "INSERT INTO ledger_transfer SELECT * FROM ledger_transfer",
        "UPDATE ledger_event SET actor = 'nobody'",
        "DELETE FROM ledger_leaf",
        "UPDATE ledger_book SET era = 2",
        "SELECT ledger_new_era()",
        "SELECT ledger_post_many(1, now(), '[]', '{}', '{}', '{}', '{}', '{}', '{}', '{}', '{}', '{}', '{}', '{}')",
        "CREATE TABLE mine (id int)",
        "CREATE TEMPORARY TABLE mine (id int)",
        "CREATE ROLE another",
        "CREATE OR REPLACE FUNCTION ledger_now() RETURNS timestamptz LANGUAGE sql AS 'SELECT now()'",
        "SELECT pg_read_file('/etc/passwd')",
        "COPY ledger_event TO PROGRAM 'cat'",
    ],
    "sealer": [
        "SET ROLE waymark_app",
        "SELECT ledger_record('[]')",
        "UPDATE ledger_balance SET posted = 1",
        "DELETE FROM ledger_seal",
        "SELECT * FROM accounts_learner",
        "SELECT * FROM accounts_user",
    ],
}


@pytest.mark.parametrize(("who", "statement"), [(who, one) for who, all_ in REFUSED.items() for one in all_])
def test_a_login_of_its_own_can_do_nothing_that_its_role_may_not(cluster, who, statement):
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        cluster.ask(statement, who)


def test_each_login_needs_its_own_password_which_the_server_keeps_as_a_verifier(cluster):
    application, sealer = cluster.logins["application"], cluster.logins["sealer"]
    password = re.findall(r":([^:@]+)@", sealer)[0]
    with pytest.raises(psycopg.OperationalError, match="password authentication failed"):
        psycopg.connect(re.sub(r":[^:@]+@", f":{password}@", application))
    kept = dict(cluster.ask("SELECT rolname, rolpassword FROM pg_authid WHERE rolname LIKE 'waymark\\_%'"))
    assert sorted(kept) == ["waymark_app", "waymark_sealer"]
    assert all(verifier.startswith("SCRAM-SHA-256$") for verifier in kept.values())


def test_only_the_owner_makes_logins(cluster):
    refused = cluster.manage("ledger", "roles")
    assert refused.startswith("1: CommandError: Logins are the database's owner's to make (DATABASE_OWNER_URL): ")
    assert cluster.ask("SELECT current_user", "application") == [("waymark_app",)]


def test_no_login_is_made_for_a_role_that_could_do_more(cluster):
    for power, says in (("CREATEDB", "makes databases"), ("SUPERUSER", "superuser")):
        cluster.ask(f"ALTER ROLE waymark_sealer {power}")
        assert f"waymark_sealer has rights beyond its role ({says})" in cluster.manage("ledger", "roles", who="owner")
        cluster.ask(f"ALTER ROLE waymark_sealer NO{power}")
    assert cluster.ask("SELECT current_user", "sealer") == [("waymark_sealer",)]


def test_the_application_posts_and_verifies_and_the_sealer_alone_seals(cluster):
    assert cluster.move("first").returncode == 0
    assert "waymark_app does not write the log: seal with the login of waymark_sealer" in cluster.manage(
        "ledger", "seal"
    )
    sealed = cluster.manage("ledger", "seal", who="sealer").splitlines()
    assert sealed[0].endswith("rows sealed.")
    assert sealed[1].startswith("waymark.example/")
    assert cluster.manage("ledger", "verify").splitlines()[-1] == "Everything holds."


def test_what_was_posted_before_a_process_died_is_found_when_it_is_tried_again(cluster):
    [[before]] = cluster.ask(f"SELECT coalesce(sum(posted), 0) FROM ledger_balance WHERE account_id = '{POT}'")
    assert cluster.move("paid", 25, die="before it commits").returncode == -signal.SIGKILL
    assert cluster.ask("SELECT count(*) FROM ledger_transfer WHERE reference = 'paid'") == [(0,)]
    assert cluster.move("paid", 25, die="before it answers").returncode == -signal.SIGKILL
    [[posted]] = cluster.ask("SELECT id FROM ledger_transfer WHERE reference = 'paid'")
    assert cluster.move("paid", 25).stdout.split() == [str(posted), str(before + 25)]
    assert cluster.ask(f"SELECT posted FROM ledger_balance WHERE account_id = '{POT}'") == [(before + 25,)]
    assert cluster.ask("SELECT count(*) FROM ledger_event WHERE data = '{\"amount_minor\": 25}'") == [(1,)]


def test_a_database_restored_into_another_cluster_goes_on_in_a_new_era(cluster, another):
    cluster.move("sealed before the dump")
    cluster.manage("ledger", "seal", who="sealer")
    cluster.move("not sealed yet")
    another.program("psql", "-d", "postgres", "-q", input=cluster.program("pg_dumpall", "--roles-only"))
    another.program("psql", "-d", DATABASE, "-q", "-v", "ON_ERROR_STOP=1", input=cluster.program("pg_dump", DATABASE))
    shutil.copytree(cluster.checkpoints, another.checkpoints)
    another.logins |= {
        who: re.sub(r"host=.*", f"host={quote(str(another.server.sockets), safe='')}", url)
        for who, url in cluster.logins.items()
    }
    assert another.manage("ledger", "verify").splitlines()[-1] == "Everything holds."
    holds = another.ask("SELECT account_id, posted, seq FROM ledger_balance ORDER BY account_id")

    refused = another.move("too early")
    assert "EraIsOver" in refused.stderr
    assert "begin a new era with `ledger new-era`" in another.manage("ledger", "seal", who="sealer")
    for who in ("application", "sealer"):
        assert "is the database's owner's to begin" in another.manage("ledger", "new-era", who=who)
    assert another.ask("SELECT account_id, posted, seq FROM ledger_balance ORDER BY account_id") == holds
    assert another.ask("SELECT count(*) FROM ledger_transfer WHERE reference = 'too early'") == [(0,)]

    assert another.manage("ledger", "new-era", who="owner") == "Era 2 has begun. What was before it is sealed.\n"
    assert another.move("in time").returncode == 0
    assert another.manage("ledger", "seal", who="sealer").startswith("2 rows sealed.\nwaymark.example/")
    assert another.ask("SELECT era FROM ledger_transfer WHERE reference = 'in time'") == [(2,)]
    assert another.ask("SELECT count(*) FROM ledger_transfer WHERE id NOT IN (SELECT row FROM ledger_leaf)") == [(0,)]
    assert another.manage("ledger", "verify").splitlines()[-1] == "Everything holds."

    # A dump from before that: the log that it brings ends before what has been published since.
    forget = "; ".join(f"DELETE FROM {table} WHERE era = 2" for table in ("ledger_seal", "ledger_leaf"))
    another.ask(f"SET session_replication_role = replica; {forget}")
    assert "was published; the log ends at 0 leaves now" in another.run("manage.py", "ledger", "verify").stdout
