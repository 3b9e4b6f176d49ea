from django.urls import path

from web.account.views import PasskeySignInView, lost_codes, lost_codes_link

# Before allauth's own: the first has the name of one of those.
urlpatterns = [
    path("2fa/webauthn/login/", PasskeySignInView.as_view(), name="mfa_login_webauthn"),
    path("2fa/recovery-codes/lost/", lost_codes, name="lost-codes"),
    path("2fa/recovery-codes/lost/<str:token>/", lost_codes_link, name="lost-codes-link"),
]
