from django.urls import path

from web.provider import courses, feeds, views

app_name = "provider"
urlpatterns = [
    path("", views.home, name="home"),
    path("courses/", courses.courses, name="courses"),
    path("courses/new/", courses.new_course, name="new-course"),
    path("courses/feeds/", feeds.feeds, name="feeds"),
    path("courses/feeds/<uuid:pk>/", feeds.feed, name="feed"),
    path("courses/feeds/<uuid:pk>/report.csv", feeds.feed_lines, name="feed-lines"),
    path("courses/addresses/new/", feeds.new_source, name="new-source"),
    path("courses/addresses/<uuid:pk>/", feeds.change_source, name="change-source"),
    path("courses/addresses/<uuid:pk>/<slug:act>/", feeds.act_on_source, name="act-on-source"),
    path("courses/<uuid:pk>/", courses.course, name="course"),
    path("courses/<uuid:pk>/change/", courses.change_course, name="change-course"),
    path("courses/<uuid:pk>/withdraw/", courses.withdraw_course, name="withdraw-course"),
    path("courses/<uuid:pk>/dates/new/", courses.new_run, name="new-run"),
    path("courses/<uuid:pk>/dates/<uuid:run_pk>/", courses.change_run, name="change-run"),
    path("courses/<uuid:pk>/dates/<uuid:run_pk>/withdraw/", courses.withdraw_run, name="withdraw-run"),
]
