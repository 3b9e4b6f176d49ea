from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules
from django.utils.translation import gettext_lazy as _


class ApiConfig(AppConfig):
    name = "api"
    verbose_name = _("The face for machines")

    def ready(self) -> None:
        # The page of problems lists what every room can refuse, so every room's list has to be loaded.
        autodiscover_modules("errors")
        from api import description  # noqa: F401  drf-spectacular finds what it holds once it is imported
