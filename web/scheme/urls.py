from django.urls import path

from web.scheme import editing, views

app_name = "scheme"
urlpatterns = [
    path("", views.home, name="home"),
    path("new/", editing.new, name="new"),
    path("<slug:slug>/", views.scheme, name="scheme"),
    path("<slug:slug>/change/", editing.change, name="change"),
    path("<slug:slug>/rules/<int:number>.json", views.file, name="file"),
    path("<slug:slug>/proposals/<uuid:pk>/", views.proposal, name="proposal"),
    path("<slug:slug>/proposals/<uuid:pk>/decide/", views.decide, name="decide"),
]
