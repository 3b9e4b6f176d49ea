from django.urls import path

from web.scheme import accrediting, cases, editing, payouts, providers, running, trying, vetting, views

app_name = "scheme"
urlpatterns = [
    path("", views.home, name="home"),
    path("new/", editing.new, name="new"),
    path("providers/", providers.every, name="providers"),
    path("providers/<uuid:pk>/", providers.one, name="provider"),
    path("providers/<uuid:pk>/invite/", providers.invite, name="provider-invite"),
    path("providers/<uuid:pk>/<slug:to>/", providers.move, name="provider-move"),
    path("vetting/", vetting.queue, name="vetting"),
    path("vetting/several/", vetting.several, name="vetting-several"),
    path("vetting/<uuid:pk>/", vetting.course, name="vetting-course"),
    path("vetting/providers/<uuid:pk>/", accrediting.provider, name="vetting-provider"),
    path("vetting/accreditations/<uuid:pk>/", accrediting.accreditation, name="vetting-accreditation"),
    path("vetting/accreditations/<uuid:pk>/evidence/", accrediting.evidence, name="vetting-evidence"),
    path("vetting/accreditations/<uuid:pk>/end/", accrediting.end, name="vetting-end"),
    path("vetting/evidence/<uuid:pk>/", accrediting.document, name="vetting-document"),
    path("cases/", cases.queue, name="cases"),
    path("cases/<uuid:pk>/", cases.case, name="case"),
    path("cases/<uuid:pk>/take/", cases.take, name="take-case"),
    path("cases/<uuid:pk>/ask/", cases.ask, name="ask-case"),
    path("cases/<uuid:pk>/decide/", cases.decide, name="decide-case"),
    path("cases/<uuid:pk>/recover/", cases.recover, name="recover-case"),
    path("<slug:slug>/", views.scheme, name="scheme"),
    path("<slug:slug>/change/", editing.change, name="change"),
    path("<slug:slug>/try/", trying.try_out, name="try"),
    path("<slug:slug>/payouts/", payouts.payouts, name="payouts"),
    path("<slug:slug>/payouts/answer/", payouts.answer, name="bank-answer"),
    path("<slug:slug>/payouts/<uuid:pk>/", payouts.run, name="payout-run"),
    path("<slug:slug>/payouts/<uuid:pk>/decide/", payouts.decide, name="decide-payouts"),
    path("<slug:slug>/payouts/<uuid:pk>/file.xml", payouts.file, name="payout-file"),
    path("<slug:slug>/<slug:wanted>/", running.state, name="state"),
    path("<slug:slug>/rules/<int:number>.json", views.file, name="file"),
    path("<slug:slug>/proposals/<uuid:pk>/", views.proposal, name="proposal"),
    path("<slug:slug>/proposals/<uuid:pk>/decide/", views.decide, name="decide"),
]
