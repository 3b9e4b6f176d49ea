from django.urls import include, path

from web.desk import advocacy, away, changing, copies, interests, learners, organisation, plans, scorecard, views

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
    path("learners/<uuid:pk>/plans/new/", plans.begin, name="begin-plan"),
    path("learners/<uuid:pk>/plans/<uuid:goal>/", plans.plan, name="plan"),
    path("learners/<uuid:pk>/plans/<uuid:goal>/aim/", plans.aim, name="plan-aim"),
    path("learners/<uuid:pk>/plans/<uuid:goal>/options/new/", plans.option, name="plan-option"),
    path("", include("web.desk.talks.urls")),
    path("requests/<uuid:pk>/hand-over/", interests.hand_over, name="hand-over"),
    path("requests/<uuid:pk>/family/", interests.family, name="family"),
    path("interests/", interests.interests, name="interests"),
    path("interests/<uuid:pk>/end/", interests.end, name="end-interest"),
    path("away/", away.away, name="away"),
    path("away/<uuid:pk>/call-off/", away.call_off, name="call-off-away"),
    path("organisation/", organisation.organisation, name="organisation"),
    path("organisation/scorecard/", scorecard.scorecard, name="scorecard"),
    path("organisation/scorecard/table/", scorecard.as_table, name="scorecard-table"),
    path("organisation/<uuid:pk>/", organisation.one, name="organisation-adviser"),
    path("documents/", copies.listed, name="copies"),
    path("documents/<uuid:pk>/", copies.copy, name="copy"),
    path("documents/<uuid:pk>/file/", copies.download, name="copy-file"),
]
