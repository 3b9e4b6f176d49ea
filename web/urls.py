"""The pages, by face."""

from django.conf import settings
from django.urls import include, path

from web import languages
from web.learner import representing
from web.public import badges, catalogue, courses, guidance, joining, not_me, referred, shared, views, voice
from web.public.rules import rules
from web.public.what_could_i_get import what_could_i_get

urlpatterns = [
    path("", views.home, name="home"),
    path("language/", languages.choose, name="language"),
    path("schemes/<slug:slug>/", rules, name="rules"),
    path("schemes/<slug:slug>/voice/", voice.voice, name="voice"),
    path("schemes/<slug:slug>/voice/<uuid:pk>/", voice.proposal, name="voice-proposal"),
    path("guidance/", guidance.organisations, name="guidance-organisations"),
    path("guidance/<uuid:pk>/", guidance.organisation, name="guidance-organisation"),
    path("courses/", courses.courses, name="courses"),
    path("what-could-i-get/", what_could_i_get, name="what-could-i-get"),
    path("providers/apply/", joining.apply, name="apply"),
    path("providers/join/<str:token>/", joining.join, name="join"),
    path("this-was-not-me/<str:token>/", not_me.not_me, name="not-me"),
    path("catalogue/xcri-cap.xml", catalogue.xcri_cap, name="catalogue-xcri-cap"),
    path("catalogue/courses.jsonld", catalogue.schema_org, name="catalogue-schema-org"),
    path("join/", include("web.join.urls")),
    path(".well-known/did.json", badges.issuer, name="badge-issuer"),
    path("represent/<str:token>/", representing.accept, name="represent"),
    path("badges/achievements/<uuid:pk>/", badges.achievement, name="badge-achievement"),
    path("badges/status/<int:number>/", badges.status, name="badge-status"),
    path("badges/status/<int:number>/token/", badges.status, {"as_token": True}, name="badge-status-token"),
    path("shared/<str:token>/", shared.shared, name="shared"),
    path("shared/<str:token>/files/<uuid:pk>/", shared.piece, name="shared-piece"),
    path("referred/<str:token>/", referred.referred, name="referred"),
    path("learner/", include("web.learner.urls")),
    path("desk/", include("web.desk.urls")),
    path("provider/", include("web.provider.urls")),
    path("scheme/", include("web.scheme.urls")),
]
if settings.DEMO:
    urlpatterns.append(path("sandbox/mailbox/", include("web.mailbox.urls")))
