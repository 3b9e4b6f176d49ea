"""A process that seals without rest; on its own, because it starts before the product's models can be imported."""

from __future__ import annotations

import logging
from multiprocessing.connection import Connection

import structlog


def seal_for_ever(ready: Connection) -> None:
    """Seal in pieces as the clock's task does, with no rest in between."""
    import django

    django.setup()
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.WARNING))
    from django.db import connection

    from ledger import sealing

    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        ready.send(cursor.fetchone()[0])
    while True:
        sealing.seal(at_once=2000)
