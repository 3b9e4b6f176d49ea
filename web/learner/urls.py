from django.urls import path

from web.learner import confirming, course, courses, home, opening, paying, receipts, requests, statement, vouchers

app_name = "learner"
urlpatterns = [
    path("", home.home, name="home"),
    path("open/", opening.schemes, name="open"),
    path("open/<slug:slug>/", opening.open_account, name="open-account"),
    path("about-me/", opening.about_me, name="about-me"),
    path("courses/", courses.courses, name="courses"),
    path("courses/<uuid:pk>/", course.course_run, name="course"),
    path("requests/<uuid:pk>/", requests.request_page, name="request"),
    path("requests/<uuid:pk>/go-ahead/", requests.go_ahead, name="go-ahead"),
    path("requests/<uuid:pk>/withdraw/", requests.withdraw, name="withdraw-request"),
    path("requests/<uuid:pk>/appeal/", requests.appeal, name="appeal"),
    path("vouchers/", home.history, name="history"),
    path("vouchers/<uuid:pk>/", vouchers.voucher_page, name="voucher"),
    path("vouchers/<uuid:pk>/pay/", paying.pay, name="pay"),
    path("vouchers/<uuid:pk>/paid/", paying.paid, name="paid"),
    path("vouchers/<uuid:pk>/milestones/<int:number>/confirm/", confirming.confirm, name="confirm"),
    path("vouchers/<uuid:pk>/milestones/<int:number>/not-right/", confirming.dispute, name="dispute"),
    path("vouchers/<uuid:pk>/withdraw/", vouchers.withdraw, name="withdraw"),
    path("vouchers/<uuid:pk>/receipt/", receipts.of_voucher, name="voucher-receipt"),
    path("receipts/<uuid:pk>/", receipts.of_transfer, name="receipt"),
    path("statement/", statement.statement, name="statement"),
]
