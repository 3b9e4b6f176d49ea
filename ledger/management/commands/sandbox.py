from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import connection


class Command(BaseCommand):
    help = "Mark an empty database as a sandbox, whose clock may be moved. Only its owner can."

    def handle(self, **options: Any) -> None:
        with connection.cursor() as cursor:
            cursor.execute("SELECT EXISTS (SELECT FROM ledger_transfer)")
            [used] = cursor.fetchone()
            if used:
                raise CommandError("There are transfers in this database: it cannot become a sandbox any more.")
            cursor.execute("UPDATE ledger_book SET sandbox = true")
