"""The addresses of the API and of the ledger's public log, and where the card gateway's webhooks arrive."""

from django.urls import path, re_path

from api.views import account, description, log, money, problems, quotes, redemptions, vouchers, webhooks

urlpatterns = [
    path("api/v1/vouchers", vouchers.Vouchers.as_view()),
    path("api/v1/vouchers/<str:code>", vouchers.OneVoucher.as_view()),
    path("api/v1/vouchers/<str:code>/receipt", vouchers.Receipt.as_view()),
    path("api/v1/vouchers/<str:code>/accept", vouchers.Accept.as_view()),
    path("api/v1/vouchers/<str:code>/decline", vouchers.Decline.as_view()),
    path("api/v1/vouchers/<str:code>/start", vouchers.Start.as_view()),
    path("api/v1/vouchers/<str:code>/milestones/<int:number>/declare", vouchers.Declare.as_view()),
    path("api/v1/vouchers/<str:code>/redeem", redemptions.Redeem.as_view()),
    path("api/v1/vouchers/<str:code>/cancel", vouchers.Cancel.as_view()),
    path("api/v1/redemptions", redemptions.Redemptions.as_view()),
    path("api/v1/redemptions/<str:redemption_id>/reverse", redemptions.Reverse.as_view()),
    path("api/v1/redemptions/<str:redemption_id>/receipt", redemptions.Receipt.as_view()),
    path("api/v1/learner/quote", quotes.Quotes.as_view()),
    path("api/v1/balance", money.Balance.as_view()),
    path("api/v1/statement", money.StatementPage.as_view()),
    path("api/v1/ageing", money.Ageing.as_view()),
    path("api/v1/payouts", money.Payouts.as_view()),
    path("api/v1/payouts/<str:payout_id>.csv", money.AdviceAsCsv.as_view()),
    path("api/v1/payouts/<str:payout_id>", money.OnePayout.as_view()),
    path("api/v1/me", account.Me.as_view()),
    path("api/v1/problems", problems.catalogue, name="api-problems"),
    path("api/v1/openapi.json", description.Description.as_view(), name="api-description"),
    path("api/v1/docs/", description.TryIt.as_view(), name="api-docs"),
    path(".well-known/waymark", log.index, name="log"),
    path(".well-known/waymark/keys", log.keys, name="log-keys"),
    path(".well-known/waymark/<int:era>/checkpoint", log.newest, name="log-newest"),
    path(".well-known/waymark/<int:era>/checkpoints", log.checkpoints, name="log-checkpoints"),
    path(".well-known/waymark/<int:era>/consistency", log.consistency, name="log-consistency"),
    path(".well-known/waymark/<int:era>/<int:size>/checkpoint", log.checkpoint, name="log-checkpoint"),
    path("health/ledger", log.health, name="log-health"),
    path("webhooks/payments/sandbox", webhooks.SandboxPayments.as_view()),
    re_path(r"^api/(?P<rest>.*)$", problems.nothing_here),
]
