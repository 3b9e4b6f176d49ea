from django.urls import path

from web.scheme import editing, providers, running, trying, views

app_name = "scheme"
urlpatterns = [
    path("", views.home, name="home"),
    path("new/", editing.new, name="new"),
    path("providers/", providers.every, name="providers"),
    path("providers/<uuid:pk>/", providers.one, name="provider"),
    path("providers/<uuid:pk>/invite/", providers.invite, name="provider-invite"),
    path("providers/<uuid:pk>/<slug:to>/", providers.move, name="provider-move"),
    path("<slug:slug>/", views.scheme, name="scheme"),
    path("<slug:slug>/change/", editing.change, name="change"),
    path("<slug:slug>/try/", trying.try_out, name="try"),
    path("<slug:slug>/<slug:wanted>/", running.state, name="state"),
    path("<slug:slug>/rules/<int:number>.json", views.file, name="file"),
    path("<slug:slug>/proposals/<uuid:pk>/", views.proposal, name="proposal"),
    path("<slug:slug>/proposals/<uuid:pk>/decide/", views.decide, name="decide"),
]
