from django.urls import path

from web.provider import accreditation, bank, keys, organisation, staff, views, webhooks

app_name = "provider"
urlpatterns = [
    path("", views.home, name="home"),
    path("organisation/", organisation.organisation, name="organisation"),
    path("organisation/details/", organisation.details, name="details"),
    path("organisation/venues/new/", organisation.venue, name="venue-new"),
    path("organisation/venues/<uuid:pk>/", organisation.venue, name="venue"),
    path("organisation/bank/", bank.bank, name="bank"),
    path("organisation/bank/<uuid:pk>/decide/", bank.decide, name="bank-decide"),
    path("organisation/staff/", staff.staff, name="staff"),
    path("organisation/staff/<uuid:pk>/", staff.colleague, name="colleague"),
    path("organisation/staff/<uuid:pk>/leave/", staff.leave, name="leave"),
    path("organisation/invitations/<uuid:pk>/withdraw/", staff.withdraw_invitation, name="invitation-withdraw"),
    path("connections/", keys.connections, name="connections"),
    path("connections/keys/new/", keys.issue, name="issue-key"),
    path("connections/keys/<uuid:pk>/revoke/", keys.revoke, name="revoke-key"),
    path("connections/webhooks/new/", webhooks.add, name="add-webhook"),
    path("connections/webhooks/<uuid:pk>/", webhooks.webhook, name="webhook"),
    path("connections/webhooks/<uuid:pk>/change/", webhooks.change, name="change-webhook"),
    path("connections/webhooks/<uuid:pk>/switch/", webhooks.switch, name="switch-webhook"),
    path("connections/webhooks/<uuid:pk>/test/", webhooks.test, name="test-webhook"),
    path("connections/webhooks/<uuid:pk>/rotate/", webhooks.rotate, name="rotate-webhook"),
    path("connections/webhooks/<uuid:pk>/remove/", webhooks.remove, name="remove-webhook"),
    path("connections/webhooks/<uuid:pk>/deliveries/<uuid:delivery>/", webhooks.delivery, name="delivery"),
    path("connections/webhooks/<uuid:pk>/deliveries/<uuid:delivery>/again/", webhooks.again, name="redeliver"),
    path("accreditation/", accreditation.accreditation, name="accreditation"),
    path("accreditation/decisions/<uuid:pk>/", accreditation.answer, name="accreditation-answer"),
    path("accreditation/evidence/<uuid:pk>/", accreditation.document, name="accreditation-document"),
]
