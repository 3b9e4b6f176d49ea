from django.urls import path

from web.provider import attendance, redeeming, views, vouchers

app_name = "provider"
urlpatterns = [
    path("", views.home, name="home"),
    path("vouchers/", vouchers.voucher_list, name="vouchers"),
    # Before a voucher's own address: no code is spelled like this.
    path("vouchers/redeem/", redeeming.redeem, name="redeem"),
    path("vouchers/<str:code>/", vouchers.voucher_page, name="voucher"),
    path("vouchers/<str:code>/accept/", vouchers.accept, name="accept"),
    path("vouchers/<str:code>/decline/", vouchers.decline, name="decline"),
    path("vouchers/<str:code>/cancel/", vouchers.cancel, name="cancel"),
    path("vouchers/<str:code>/receipt/", vouchers.receipt, name="receipt"),
    path("vouchers/<str:code>/milestones/<int:number>/declare/", vouchers.declare, name="declare"),
    path("attendance/", attendance.registers, name="attendance"),
    path("attendance/<uuid:pk>/", attendance.register, name="register"),
    path("attendance/<uuid:pk>/print/", attendance.printed, name="register-printed"),
]
