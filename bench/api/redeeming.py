"""One redemption over HTTP, against an endpoint with the same key, throttle and parsing that does nothing; and all of
them into one provider, against a hundred."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from uuid import UUID

from bench.api import load
from bench.ledger.telling import Figures
from bench.ledger.world import World
from config.ids import new_code, uuid7
from tests.factories.api import a_key
from vouchers.models import Voucher

NOTHING = "nothing done, with the same key, throttle and parsing"
SPREAD = "redeem a milestone, a hundred providers in turn"
HOT = "redeem a milestone, all of one provider"


def measure(world: World, figures: Figures, port: int, *, rounds: int, total: int, clients: int) -> None:
    """Interleaved rounds against gunicorn's two workers of eight threads; the first only warms up."""
    keys: dict[UUID, str] = {}
    for place in range(rounds + 1):
        spread, hot = requests(world, keys, total), requests(world, keys, total, hot=True)
        idle = [one.replace(b"/redeem HTTP", b"/nothing HTTP", 1) for one in spread]
        world.settle()
        for name, wanted in ((NOTHING, idle), (SPREAD, spread), (HOT, hot)):
            figures.add(name, load.run(port, wanted, clients=clients), warm=place > 0)
    figures.ratio("redeem_vs_noop", SPREAD, NOTHING, 0.4)
    figures.ratio("hot_vs_spread", HOT, SPREAD, 0.9)


def requests(world: World, keys: dict[UUID, str], total: int, *, hot: bool = False) -> list[bytes]:
    """A request for each of so many new vouchers, that redeems its confirmed start."""
    codes = [new_code() for _ in range(total)]
    world.vouchers(total, hot=hot, codes=codes)
    owners = owners_of(codes, keys)
    return [
        load.post(
            f"/api/v1/vouchers/{code}/redeem",
            {"milestone": 1},
            {"Authorization": f"Bearer {owners[code]}", "Idempotency-Key": str(uuid7())},
        )
        for code in codes
    ]


def owners_of(codes: Sequence[str], keys: dict[UUID, str]) -> Mapping[str, str]:
    """For each voucher, a key of its provider; `keys` are those that were issued already, and will have been."""
    owners = {}
    for voucher in Voucher.objects.filter(code__in=codes).select_related("provider"):
        if voucher.provider_id not in keys:
            _key, keys[voucher.provider_id] = a_key(voucher.provider)
        owners[voucher.code] = keys[voucher.provider_id]
    return owners
