"""The pages, by face."""

from django.conf import settings
from django.urls import include, path

from web.public import views

urlpatterns = [
    path("", views.home, name="home"),
    path("learner/", include("web.learner.urls")),
    path("desk/", include("web.desk.urls")),
    path("scheme/", include("web.scheme.urls")),
]
if settings.DEMO:
    urlpatterns.append(path("sandbox/mailbox/", include("web.mailbox.urls")))
