from django.urls import path

from web.account.views import PasskeySignInView

# Before allauth's own, whose names they have.
urlpatterns = [
    path("2fa/webauthn/login/", PasskeySignInView.as_view(), name="mfa_login_webauthn"),
]
