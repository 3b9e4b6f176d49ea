"""The addresses of the API and of the ledger's public log, and where the card gateway's webhooks arrive."""

from django.urls import path, re_path

from api.views import account, courses, description, feeds, log, problems, quotes, redemptions, vouchers, webhooks

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
    path("api/v1/courses", courses.Courses.as_view()),
    # Identifiers are the provider's own and may have slashes; those of the course end at the last /runs/.
    path("api/v1/courses/<path:identifier>/runs", courses.Runs.as_view()),
    path("api/v1/courses/<path:identifier>/runs/<path:run>", courses.OneRun.as_view()),
    path("api/v1/courses/<path:identifier>", courses.OneCourse.as_view()),
    path("api/v1/feeds", feeds.Feeds.as_view()),
    path("api/v1/feeds/<uuid:feed_id>", feeds.OneFeed.as_view()),
    path("api/v1/feed-sources", feeds.Sources.as_view()),
    path("api/v1/feed-sources/<uuid:source_id>", feeds.OneSource.as_view()),
    path("api/v1/feed-sources/<uuid:source_id>/check-now", feeds.CheckNow.as_view()),
    path("api/v1/feed-sources/<uuid:source_id>/pause", feeds.Pause.as_view()),
    path("api/v1/feed-sources/<uuid:source_id>/resume", feeds.Resume.as_view()),
    path("api/v1/learner/quote", quotes.Quotes.as_view()),
    path("api/v1/balance", account.Balance.as_view()),
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
