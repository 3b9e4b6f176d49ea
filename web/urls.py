"""The pages, by face."""

from django.urls import include, path

urlpatterns = [
    path("desk/", include("web.desk.urls")),
]
