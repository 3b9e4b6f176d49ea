"""The books that the measurements run on: filled set-wise by the owner, and whole, so that `ledger verify` passes."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path
from typing import LiteralString, cast
from uuid import UUID

import psycopg

from tests.factories.providers import ProviderFactory
from tests.factories.vouchers import ACTOR, vouchers
from vouchers import redeemable, redemption

SQL = Path(__file__).parent / "sql"
PROVIDERS = 100
CHUNK = 20_000
WORTH = 120_00
PAYER = UUID("00000000-0000-7000-a000-000000000000")


class World:
    """A migrated database with a hundred providers, each owed something already, and as much work as is asked for.

    Work is numbered, so that a client finds its own without being told more than a number: the voucher with the
    code B<n>, and the bounded account `bench_purse(n)` with £120 in it.
    """

    def __init__(self) -> None:
        self.owner = psycopg.connect(os.environ["DATABASE_OWNER_URL"], autocommit=True)
        self.next = self.payers = 0
        self.install("tools")
        self._templates()
        self.install("single", **_of_the_product())

    def vouchers(self, count: int, *, hot: bool = False, codes: Sequence[str] = ()) -> int:
        """So many started vouchers with a confirmed milestone, of all providers in turn, or of one; their first number.

        `codes`: instead of B<n>, for what reads them as a person's.
        """
        return self._fill("CALL bench_fill_vouchers(%s, %s, %s, %s)", count, 1 if hot else PROVIDERS, list(codes))

    def purses(self, count: int, *, holding: int = WORTH, payer: UUID = PAYER) -> int:
        """So many bounded accounts, each with so many pence from a payer; their first number."""
        return self._fill("CALL bench_fill_purses(%s, %s, %s, %s)", count, holding, payer)

    def payer(self) -> UUID:
        """An account that others are filled from, which has paid nothing yet."""
        self.payers += 1
        account = UUID(int=PAYER.int + self.payers)
        self.owner.execute(
            "INSERT INTO ledger_account (id, kind, currency, bounded, owner_type, owner_id)"
            " VALUES (%(id)s, 'bench', 'GBP', false, 'bench', %(id)s)",
            {"id": account},
        )
        return account

    def settle(self) -> None:
        """As a database that has been in use for a while is."""
        self.owner.execute("VACUUM ANALYZE")
        self.owner.execute("CHECKPOINT")

    def _fill(self, call: LiteralString, count: int, *given: object) -> int:
        first, self.next = self.next, self.next + count
        for start in range(first, self.next, CHUNK):
            # Of a list, each chunk takes its own part.
            own = [one[start - first : start - first + CHUNK] if isinstance(one, list) else one for one in given]
            self.owner.execute(call, [start, min(CHUNK, self.next - start), *own])
        return first

    def install(self, name: str, **parts: str) -> None:
        """Run one of the SQL files, with its parts in braces put in."""
        text = (SQL / f"{name}.sql").read_text()
        for part, sql in parts.items():
            text = text.replace(f"{{{part}}}", sql)
        self.owner.execute(cast(LiteralString, text))

    def _templates(self) -> None:
        """Through the product's own capabilities: a voucher a provider to copy, and another that opens its payable."""
        for place in range(PROVIDERS):
            provider = ProviderFactory()
            template, first = vouchers(2, provider=provider, confirmed=1)
            redemption.redeem([redemption.Line(first.code)], by=provider, actor=ACTOR)
            self.owner.execute("INSERT INTO bench_template VALUES (%s, %s, %s)", [place, template.pk, provider.pk])


def _of_the_product() -> dict[str, str]:
    """The statements that a redemption sends, with their parameters as the variables of `bench_redeem`."""
    table = "FROM vouchers_voucher voucher"
    into = """
        INTO the_voucher, wanted, the_state, skipped, the_control, the_account, the_currency, the_provider, the_learner,
            skipped, skipped, the_scheme, skipped, skipped, skipped, skipped, the_payable, the_moment
    """
    found = redeemable._VOUCHERS.replace(table, into + table, 1)
    made = "ARRAY[redemption], ARRAY[the_voucher], ARRAY[step.id], ARRAY[step.amount_minor], ARRAY[the_moment]"
    return {
        "vouchers": found % ("ARRAY[wanted]", "by"),
        "milestones": redeemable._MILESTONES % "ARRAY[the_voucher]",
        "redemptions": redeemable._INSERT.replace(
            "%s::uuid[], %s::uuid[], %s::uuid[], %s::bigint[], %s::timestamptz[]", made
        ),
    }
