from django.urls import path

from web.provider import accreditation, views

app_name = "provider"
urlpatterns = [
    path("", views.home, name="home"),
    path("accreditation/", accreditation.accreditation, name="accreditation"),
    path("accreditation/decisions/<uuid:pk>/", accreditation.answer, name="accreditation-answer"),
    path("accreditation/evidence/<uuid:pk>/", accreditation.document, name="accreditation-document"),
]
