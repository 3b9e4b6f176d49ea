from django.apps import AppConfig
from django.db.models.signals import post_migrate


class LedgerConfig(AppConfig):
    name = "ledger"

    def ready(self) -> None:
        from ledger.roles import grant

        post_migrate.connect(grant, sender=self, dispatch_uid="ledger.roles")
