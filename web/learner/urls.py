from django.urls import path

from web.learner import courses, home, requests, statement, vouchers

app_name = "learner"
urlpatterns = [
    path("", home.home, name="home"),
    path("courses/", courses.courses, name="courses"),
    path("courses/<uuid:pk>/", courses.course_run, name="course"),
    path("requests/<uuid:pk>/", requests.request_page, name="request"),
    path("requests/<uuid:pk>/go-ahead/", requests.go_ahead, name="go-ahead"),
    path("requests/<uuid:pk>/withdraw/", requests.withdraw, name="withdraw-request"),
    path("requests/<uuid:pk>/appeal/", requests.appeal, name="appeal"),
    path("vouchers/<uuid:pk>/", vouchers.voucher_page, name="voucher"),
    path("vouchers/<uuid:pk>/pay/", vouchers.pay, name="pay"),
    path("vouchers/<uuid:pk>/paid/", vouchers.paid, name="paid"),
    path("vouchers/<uuid:pk>/milestones/<int:number>/confirm/", vouchers.confirm, name="confirm"),
    path("vouchers/<uuid:pk>/milestones/<int:number>/not-right/", vouchers.dispute, name="dispute"),
    path("vouchers/<uuid:pk>/withdraw/", vouchers.withdraw, name="withdraw"),
    path("statement/", statement.statement, name="statement"),
]
