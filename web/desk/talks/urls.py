from django.urls import path

from web.desk.talks import bookings, calls, logging, records

urlpatterns = [
    path("talks/", bookings.talks, name="talks"),
    path("talks/offer/", bookings.offer, name="offer"),
    path("talks/slots/<uuid:pk>/withdraw/", bookings.withdraw, name="withdraw-slot"),
    path("talks/<uuid:pk>/", bookings.booked, name="booking"),
    path("talks/<uuid:pk>/missed/", bookings.missed, name="missed"),
    path("talks/<uuid:pk>/move/", bookings.move, name="move"),
    path("talks/<uuid:pk>/cancel/", bookings.cancel, name="cancel"),
    path("call-backs/<uuid:pk>/", calls.call_back, name="call-back"),
    path("call-backs/<uuid:pk>/nobody/", calls.nobody, name="nobody-answered"),
    path("call/", logging.call, name="call"),
    path("call/caller/", logging.caller, name="caller"),
    path("call/unnamed/", logging.unnamed, name="unnamed-call"),
    path("call/checked/<uuid:pk>/", logging.log_checked, name="log-checked"),
    path("call/<uuid:pk>/", logging.log, name="log"),
    path("learners/<uuid:pk>/", records.record, name="record"),
    path("learners/<uuid:pk>/needs/", records.needs, name="needs"),
    path("learners/<uuid:pk>/correct/<uuid:entry>/", records.correct, name="correct"),
]
