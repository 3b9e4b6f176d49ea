from django.urls import path

from web.mailbox import views

urlpatterns = [
    path("", views.mailbox, name="mailbox"),
    path("<uuid:pk>/", views.message, name="mail"),
]
