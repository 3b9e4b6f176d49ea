from django.urls import path

from web.provider import views

app_name = "provider"
urlpatterns = [
    path("", views.home, name="home"),
]
