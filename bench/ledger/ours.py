"""Our journal by `ledger.post`, in a process of its own: it imports this before it can import the product's models."""

from __future__ import annotations

from uuid import UUID

from bench.ledger.processes import Job

LEARNERS, PROVIDERS = 200, 100


def prepare(learners: int, providers: int) -> Job:
    import django

    django.setup()
    from django.db import transaction

    import ledger
    from config.ids import uuid7
    from ledger import Actor, EventKind, Transfer

    moved, actor = EventKind("bench.moved", fields={"amount_minor"}), Actor.system("bench")

    def job(number: int) -> None:
        learner = _numbered("8000", learners + number % LEARNERS)
        payable = _numbered("9000", number % providers)
        event = moved.by(actor, f"bench:{payable}", amount_minor=100_00)
        with transaction.atomic():
            ledger.post([Transfer(learner, payable, 100_00, "GBP", "bench", f"bench:{uuid7()}", event)])

    return job


def _numbered(group: str, number: int) -> UUID:
    """As `bench_purse` and `bench_payable` number them."""
    return UUID(f"00000000-0000-7000-{group}-{number:012x}")
