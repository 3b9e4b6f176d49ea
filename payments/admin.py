"""What a person looks at when the gateway and we do not agree. Nothing can be changed here."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from payments.models import CardDispute, CardRefund, Checkout, GatewayEntry, GatewayEvent, GatewayPayout


class _ReadOnly(admin.ModelAdmin[Any]):
    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


@admin.register(Checkout)
class CheckoutAdmin(_ReadOnly):
    list_display = ("reference", "state", "amount_minor", "currency", "created_at", "paid_at")
    list_filter = ("state", "gateway")
    search_fields = ("reference", "gateway_id", "payment_id")


@admin.register(CardRefund)
class CardRefundAdmin(_ReadOnly):
    list_display = ("reference", "state", "followed_by", "amount_minor", "asked_at", "sent_at", "answered_at")
    list_filter = ("state", "followed_by")
    search_fields = ("reference", "gateway_id")


@admin.register(CardDispute)
class CardDisputeAdmin(_ReadOnly):
    list_display = ("gateway_id", "state", "amount_minor", "opened_at", "closed_at")
    list_filter = ("state",)
    search_fields = ("gateway_id", "checkout__reference")


@admin.register(GatewayEvent)
class GatewayEventAdmin(_ReadOnly):
    list_display = ("received_at", "kind", "problem", "dealt_with_at", "event_id")
    list_filter = ("problem", "gateway", "kind")
    search_fields = ("event_id",)


@admin.register(GatewayPayout)
class GatewayPayoutAdmin(_ReadOnly):
    list_display = ("gateway_id", "state", "amount_minor", "currency", "heard_at", "taken_in_at", "dealt_with_at")
    list_filter = ("state", "gateway")
    search_fields = ("gateway_id",)


@admin.register(GatewayEntry)
class GatewayEntryAdmin(_ReadOnly):
    list_display = ("gateway_id", "kind", "amount_minor", "fee_minor", "currency", "problem", "dealt_with_at")
    list_filter = ("problem", "kind")
    search_fields = ("gateway_id", "source_id", "payout__gateway_id")
