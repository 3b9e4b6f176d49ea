from importlib import import_module

from django.apps import AppConfig


class VouchersConfig(AppConfig):
    name = "vouchers"

    def ready(self) -> None:
        # Registers itself with the ledger's verification.
        import_module("vouchers.invariants")
