from importlib import import_module

from django.apps import AppConfig


class VouchersConfig(AppConfig):
    name = "vouchers"

    def ready(self) -> None:
        # They register themselves with the ledger's verification.
        import_module("vouchers.invariants")
        import_module("vouchers.cards.invariants")
