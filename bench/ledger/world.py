"""The books that the measurements run on: filled set-wise by the owner, and whole, so that `ledger verify` passes."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path
from typing import LiteralString, cast

import psycopg

SQL = Path(__file__).parent / "sql"
PROVIDERS = 100
CHUNK = 20_000
WORTH = 120_00


class World:
    """A migrated database with a hundred providers, each owed something already, and as much work as is asked for.

    Work is numbered, so that a client finds its own without being told more than a number: the voucher with the
    code B<n>, and the bounded account `bench_purse(n)` with £120 in it.
    """

    def __init__(self) -> None:
        self.owner = psycopg.connect(os.environ["DATABASE_OWNER_URL"], autocommit=True)
        self.next = 0
        self._install("tools")
        self._templates()
        self._install("single", **_of_the_product())

    def vouchers(self, count: int, *, hot: bool = False, codes: Sequence[str] = ()) -> int:
        """So many started vouchers with a confirmed milestone, of all providers in turn, or of one; their first number.

        `codes`: instead of B<n>, for what reads them as a person's.
        """
        return self._fill("CALL bench_fill_vouchers(%s, %s, %s, %s)", count, 1 if hot else PROVIDERS, codes)

    def purses(self, count: int, *, holding: int = WORTH) -> int:
        """So many bounded accounts with so many pence each; their first number."""
        return self._fill("CALL bench_fill_purses(%s, %s, %s)", count, holding)

    def settle(self) -> None:
        """As a database that has been in use for a while is."""
        self.owner.execute("VACUUM ANALYZE")
        self.owner.execute("CHECKPOINT")

    def _fill(self, call: LiteralString, count: int, kind: int, codes: Sequence[str] | None = None) -> int:
        first, self.next = self.next, self.next + count
        for start in range(first, self.next, CHUNK):
            arguments: list[object] = [start, min(CHUNK, self.next - start), kind]
            if codes is not None:
                arguments.append(list(codes[start - first : start - first + CHUNK]) or None)
            self.owner.execute(call, arguments)
        return first

    def _install(self, name: str, **parts: str) -> None:
        text = (SQL / f"{name}.sql").read_text()
        for part, sql in parts.items():
            text = text.replace(f"{{{part}}}", sql)
        self.owner.execute(cast(LiteralString, text))

    def _templates(self) -> None:
        """Through the product's own capabilities: a voucher a provider to copy, and another that opens its payable."""
        from tests.factories.providers import ProviderFactory
        from tests.factories.vouchers import ACTOR, vouchers
        from vouchers import redemption

        for place in range(PROVIDERS):
            provider = ProviderFactory()
            template, first = vouchers(2, provider=provider, confirmed=1)
            redemption.redeem([redemption.Line(first.code)], by=provider, actor=ACTOR)
            self.owner.execute("INSERT INTO bench_template VALUES (%s, %s, %s)", [place, template.pk, provider.pk])


def _of_the_product() -> dict[str, str]:
    """The statements that a redemption sends, with their parameters as the variables of `bench_redeem`."""
    from vouchers import redeemable

    into = """INTO the_voucher, wanted, the_state, skipped, the_control, the_account, the_currency, the_provider,
        the_learner, skipped, skipped, the_scheme, skipped, skipped, skipped, skipped, the_payable, the_moment FROM vouchers_voucher voucher"""
    found = redeemable._VOUCHERS.replace("FROM vouchers_voucher voucher", into, 1)
    made = "ARRAY[redemption], ARRAY[the_voucher], ARRAY[step.id], ARRAY[step.amount_minor], ARRAY[the_moment]"
    return {
        "vouchers": found % ("ARRAY[wanted]", "by"),
        "milestones": redeemable._MILESTONES % "ARRAY[the_voucher]",
        "redemptions": redeemable._INSERT.replace("%s::uuid[], %s::uuid[], %s::uuid[], %s::bigint[], %s::timestamptz[]", made),
    }
