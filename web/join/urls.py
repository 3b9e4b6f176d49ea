from django.urls import path

from web.join import views

app_name = "join"
urlpatterns = [
    path("", views.start, name="start"),
    path("check/", views.check, name="check"),
    path("<slug:name>/", views.page, name="page"),
]
