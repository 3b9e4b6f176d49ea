from django.urls import path

from web.learner.talks import bookings, calls, guidance

app_name = "talks"
urlpatterns = [
    path("guidance/", guidance.record, name="guidance"),
    path("guidance/help/", guidance.tier, name="tier"),
    path("guidance/<uuid:pk>/answer/", guidance.answer, name="answer"),
    path("talks/book/", bookings.book, name="book"),
    path("talks/<uuid:pk>/", bookings.booked, name="booking"),
    path("talks/<uuid:pk>/move/", bookings.move, name="move"),
    path("talks/<uuid:pk>/cancel/", bookings.cancel, name="cancel"),
    path("talks/<uuid:pk>/calendar.ics", bookings.calendar, name="calendar"),
    path("call-back/", calls.call_back, name="call-back"),
    path("call-back/<uuid:pk>/take-back/", calls.take_back, name="take-back"),
]
