from django.urls import path

from payments.sandbox import views

urlpatterns = [path("sandbox/pay/<str:session_id>/", views.pay, name="sandbox-pay")]
