from django.urls import path

from web.scheme import editing, payouts, running, trying, views

app_name = "scheme"
urlpatterns = [
    path("", views.home, name="home"),
    path("new/", editing.new, name="new"),
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
