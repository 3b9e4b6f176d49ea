"""Ten thousand redemptions in one request, against what the ledger itself takes to post them."""

from __future__ import annotations

from bench.api import load
from bench.api.redeeming import owners_of
from bench.ledger.bulk import post, transfers_of
from bench.ledger.telling import Figures, seconds
from bench.ledger.world import World
from config.ids import new_code, uuid7
from vouchers.models import Voucher

MANY = 10_000
LINES = "10,000 lines in one request, each judged on its own"
POSTED = "10,000 redemptions by ledger.post, nothing judged"


def measure(world: World, figures: Figures, port: int, *, rounds: int) -> None:
    """Interleaved, each on vouchers of one provider that are its own; the first round only warms up."""
    for place in range(rounds + 1):
        codes = [new_code() for _ in range(2 * MANY)]
        world.vouchers(len(codes), hot=True, codes=codes)
        key = owners_of(codes[:1], {})[codes[0]]
        provider = Voucher.objects.select_related("provider").get(code=codes[0]).provider
        lines = {"lines": [{"voucher": code, "milestone": 1} for code in codes[:MANY]]}
        headers = {"Authorization": f"Bearer {key}", "Idempotency-Key": str(uuid7())}
        request = load.post("/api/v1/redemptions", lines, headers)
        transfers = transfers_of(codes[MANY:], provider)
        world.settle()
        figures.add(LINES, MANY * load.run(port, [request], clients=1), warm=place > 0)
        figures.add(POSTED, MANY / seconds(post, transfers), warm=place > 0)
    figures.ratio("bulk_vs_ledger", LINES, POSTED)
