"""A look at the providers' side for staff; it is changed by its capabilities, never from here."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from providers.models import (
    Accreditation,
    BankAccount,
    Course,
    CourseRun,
    CourseVetting,
    FeedImport,
    FeedLine,
    Provider,
    Venue,
)


class LookOnly(admin.ModelAdmin[Any]):
    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


@admin.register(Provider)
class ProviderAdmin(LookOnly):
    list_display = ("name", "ukprn", "state", "new_until")
    list_filter = ("state",)
    search_fields = ("name", "ukprn", "identifier")


@admin.register(Venue)
class VenueAdmin(LookOnly):
    list_display = ("name", "town", "postcode", "provider")
    list_select_related = ("provider",)
    search_fields = ("name", "town", "postcode")


@admin.register(Course)
class CourseAdmin(LookOnly):
    list_display = ("title", "identifier", "provider", "level", "category", "withdrawn_at")
    list_filter = ("level", "category")
    list_select_related = ("provider",)
    search_fields = ("title", "identifier")


@admin.register(CourseRun)
class CourseRunAdmin(LookOnly):
    list_display = ("identifier", "course", "starts_on", "ends_on", "pricing", "price_minor", "currency")
    list_filter = ("pricing", "mode", "pattern", "dates_in_doubt")
    list_select_related = ("course",)
    search_fields = ("identifier", "course__title")


@admin.register(Accreditation)
class AccreditationAdmin(LookOnly):
    list_display = ("issuer", "scope", "provider", "course", "valid_from", "valid_until")
    list_select_related = ("provider", "course")


@admin.register(BankAccount)
class BankAccountAdmin(LookOnly):
    list_display = ("masked", "provider", "state", "proposed_at", "decided_at")
    list_filter = ("state",)
    list_select_related = ("provider",)


@admin.register(CourseVetting)
class CourseVettingAdmin(LookOnly):
    list_display = ("title", "decision", "reason", "decided_at", "decided_by", "superseded")
    list_filter = ("decision", "reason", "superseded")
    list_select_related = ("decided_by",)
    search_fields = ("title",)


@admin.register(FeedImport)
class FeedImportAdmin(LookOnly):
    list_display = ("source_name", "state", "started_at", "created", "changed", "unchanged", "withdrawn", "refused")
    list_filter = ("state",)


@admin.register(FeedLine)
class FeedLineAdmin(LookOnly):
    list_display = ("line", "kind", "identifier", "outcome", "reason")
    list_filter = ("kind", "outcome")
