from django.urls import include, path

from web.desk import advocacy, changing, copies, learners, views

app_name = "desk"
urlpatterns = [
    path("", views.desk, name="desk"),
    path("requests/<uuid:pk>/", views.request_page, name="request"),
    path("requests/<uuid:pk>/consult/", views.consult, name="consult"),
    path("requests/<uuid:pk>/evidence/", views.evidence, name="evidence"),
    path("requests/<uuid:pk>/decide/", views.decide, name="decide"),
    path("requests/<uuid:pk>/change/", changing.change, name="change"),
    path("learners/", learners.learners, name="learners"),
    path("learners/<uuid:pk>/advocacy/", advocacy.ask, name="advocacy"),
    path("", include("web.desk.talks.urls")),
    path("documents/", copies.listed, name="copies"),
    path("documents/<uuid:pk>/", copies.copy, name="copy"),
    path("documents/<uuid:pk>/file/", copies.download, name="copy-file"),
]
