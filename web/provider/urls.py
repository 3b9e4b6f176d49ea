from django.urls import path

from web.provider import bank, organisation, staff, views

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
]
