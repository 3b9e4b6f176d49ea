"""One redemption at a time: ours in SQL against one written by hand, into one provider against a hundred."""

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
    """Interleaved: each round has every kind once, each on vouchers of its own."""
    kinds = {
        "by hand": (BY_HAND, PROVIDERS),
        "by hand around ledger_post": (POSTED, PROVIDERS),
        "ours": (OURS, PROVIDERS),
        "ours, one provider": (OURS, 1),
    }
    pots = world.purses(PROVIDERS, holding=10**12)
    for place in range(rounds + 1):
        starts = {
            (name, clients): world.vouchers(total, hot=kinds[name][1] == 1) for name in kinds for clients in CLIENTS
        }
        purses = world.purses(2 * total, holding=0)
        world.settle()
        for clients in CLIENTS:
            for name, (script, providers) in kinds.items():
                given = {"providers": providers}
                done = rate(script, clients=clients, total=total, start=starts[name, clients], given=given)
                figures.add(f"{name}, {clients} clients", done, warm=place > 0)
        for name, several in (("single awards, a hundred pots", PROVIDERS), ("single awards, one pot", 1)):
            done = rate(AWARD, clients=4, total=total, start=purses, given={"pots": pots, "several": several})
            figures.add(f"{name}, 4 clients", done, warm=place > 0)
            purses += total
    for clients in CLIENTS:
        figures.ratio(f"single_vs_pgbench_{clients}", f"ours, {clients} clients", f"by hand, {clients} clients", 0.8)
        figures.ratio(
            f"ledger_post_vs_pgbench_{clients}",
            f"by hand around ledger_post, {clients} clients",
            f"by hand, {clients} clients",
        )
        figures.ratio(
            f"hot_vs_spread_{clients}", f"ours, one provider, {clients} clients", f"ours, {clients} clients", 0.9
        )
    for name in ("single_vs_pgbench", "hot_vs_spread"):
        figures.lowest(name, of=f"{name}_")
    figures.ratio(
        "single_award_hot_vs_spread", "single awards, one pot, 4 clients", "single awards, a hundred pots, 4 clients"
    )
