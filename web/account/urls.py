from django.urls import path

from web.account.views import PasskeySignInView, from_provider, lost_codes, lost_codes_link, to_provider

# Before allauth's own: the first three have names of those.
urlpatterns = [
    path("2fa/webauthn/login/", PasskeySignInView.as_view(), name="mfa_login_webauthn"),
    path("oidc/<str:provider_id>/login/", to_provider, name="openid_connect_login"),
    path("oidc/<str:provider_id>/login/callback/", from_provider, name="openid_connect_callback"),
    path("2fa/recovery-codes/lost/", lost_codes, name="lost-codes"),
    path("2fa/recovery-codes/lost/<str:token>/", lost_codes_link, name="lost-codes-link"),
]
