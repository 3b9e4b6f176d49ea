"""Every address, by face."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.urls import include, path


def health(request: HttpRequest) -> HttpResponse:
    """That the web server answers; nothing about the database."""
    return HttpResponse("ok", content_type="text/plain")


urlpatterns = [
    path("health", health),
    path("account/", include("web.account.urls")),
    path("account/", include("allauth.urls")),
    path("", include("api.urls")),
    path("", include("web.urls")),
]
if settings.PAYMENTS_GATEWAY.startswith("payments.sandbox."):
    urlpatterns.append(path("", include("payments.sandbox.urls")))
