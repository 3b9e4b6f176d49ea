from django.apps import AppConfig


class AccountsConfig(AppConfig):
    name = "accounts"

    def ready(self) -> None:
        # What `ledger verify` checks of this room registers itself.
        from accounts import invariants  # noqa: F401
