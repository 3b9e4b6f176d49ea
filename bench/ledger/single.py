"""One redemption at a time against one written by hand, and into one provider against a hundred.

`by hand around ledger_post` calls the ledger for what the ledger does; `ours` has the product's own statements for all
the rest too, which it sends from Python in three round trips.
"""

from __future__ import annotations

from bench.ledger.clients import rate
from bench.ledger.telling import Figures
from bench.ledger.world import PROVIDERS, World

CLIENTS = (1, 4, 8)
WHICH = "\\set which :n % :providers\n"
BY_HAND = f"{WHICH}SELECT bench_redeem_by_hand('B' || :n, bench_provider(:which));\n"
POSTED = f"{WHICH}SELECT bench_redeem_posted('B' || :n, bench_provider(:which));\n"
OURS = f"{WHICH}SELECT bench_redeem('B' || :n, bench_provider(:which));\n"
AWARD = "\\set pot :pots + :n % :several\nSELECT bench_move(bench_purse(:pot), bench_purse(:n));\n"


def measure(world: World, figures: Figures, *, rounds: int, total: int) -> None:
    """Interleaved, because the machine's own speed changes from minute to minute: each round has every
    kind once, each on vouchers of its own."""
    kinds = {
        "by hand": (BY_HAND, PROVIDERS),
        "by hand around ledger_post": (POSTED, PROVIDERS),
        "ours": (OURS, PROVIDERS),
        "ours, one provider": (OURS, 1),
    }
    turns = (rounds + 1) * total
    starts = {(name, clients): world.vouchers(turns, hot=kinds[name][1] == 1) for name in kinds for clients in CLIENTS}
    pots = world.purses(PROVIDERS, holding=10**12)
    purses = {several: world.purses(turns, holding=0) for several in (PROVIDERS, 1)}
    world.settle()
    for turn in range(rounds + 1):
        for clients in CLIENTS:
            for name, (script, providers) in kinds.items():
                start, given = starts[name, clients] + turn * total, {"providers": providers}
                done = rate(script, clients=clients, total=total, start=start, given=given)
                figures.add(f"{name}, {clients} clients", done, warm=turn > 0)
        for name, several in (("single awards, a hundred pots", PROVIDERS), ("single awards, one pot", 1)):
            start, given = purses[several] + turn * total, {"pots": pots, "several": several}
            done = rate(AWARD, clients=4, total=total, start=start, given=given)
            figures.add(f"{name}, 4 clients", done, warm=turn > 0)
    for clients in CLIENTS:
        by_hand, ours = f"by hand, {clients} clients", f"ours, {clients} clients"
        figures.ratio(f"single_vs_pgbench_{clients}", f"by hand around ledger_post, {clients} clients", by_hand, 0.8)
        figures.ratio(f"product_vs_pgbench_{clients}", ours, by_hand)
        figures.ratio(f"hot_vs_spread_{clients}", f"ours, one provider, {clients} clients", ours, 0.9)
    for name in ("single_vs_pgbench", "hot_vs_spread"):
        figures.lowest(name, of=f"{name}_")
    figures.ratio(
        "single_award_hot_vs_spread", "single awards, one pot, 4 clients", "single awards, a hundred pots, 4 clients"
    )
