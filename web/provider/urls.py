from django.urls import path

from web.provider import money, views

app_name = "provider"
urlpatterns = [
    path("", views.home, name="home"),
    path("money/", money.money, name="money"),
    path("money/statement/", money.movements, name="statement"),
    path("money/payouts/<uuid:pk>/", money.payout, name="payout"),
    path("money/payouts/<uuid:pk>/lines.csv", money.payout_csv, name="payout-csv"),
]
