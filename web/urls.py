"""The pages, by face."""

from django.conf import settings
from django.urls import include, path

from web.public import catalogue, courses, joining, views
from web.public.rules import rules
from web.public.what_could_i_get import what_could_i_get

urlpatterns = [
    path("", views.home, name="home"),
    path("schemes/<slug:slug>/", rules, name="rules"),
    path("courses/", courses.courses, name="courses"),
    path("what-could-i-get/", what_could_i_get, name="what-could-i-get"),
    path("providers/apply/", joining.apply, name="apply"),
    path("providers/join/<str:token>/", joining.join, name="join"),
    path("catalogue/xcri-cap.xml", catalogue.xcri_cap, name="catalogue-xcri-cap"),
    path("catalogue/courses.jsonld", catalogue.schema_org, name="catalogue-schema-org"),
    path("join/", include("web.join.urls")),
    path("learner/", include("web.learner.urls")),
    path("desk/", include("web.desk.urls")),
    path("provider/", include("web.provider.urls")),
    path("scheme/", include("web.scheme.urls")),
]
if settings.DEMO:
    urlpatterns.append(path("sandbox/mailbox/", include("web.mailbox.urls")))
