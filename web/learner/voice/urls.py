from django.urls import path

from web.learner.voice import views

app_name = "voice"
urlpatterns = [
    path("", views.proposals, name="proposals"),
    path("propose/", views.propose, name="propose"),
    path("<uuid:pk>/", views.proposal, name="proposal"),
    path("<uuid:pk>/change/", views.change, name="change"),
    path("<uuid:pk>/vote/", views.vote, name="vote"),
    path("<uuid:pk>/comment/", views.comment, name="comment"),
]
