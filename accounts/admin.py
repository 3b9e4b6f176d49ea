"""What a person looks at to see who has what under which rules. Nothing can be changed here."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from accounts.models import Award, Learner, LearningAccount, Purse, RuleVersion, Scheme, User


class _ReadOnly(admin.ModelAdmin[Any]):
    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


@admin.register(User)
class UserAdmin(_ReadOnly):
    list_display = ("email", "name", "is_active", "is_staff", "date_joined")
    list_filter = ("is_active", "is_staff")
    search_fields = ("email", "name")
    exclude = ("password",)


@admin.register(Learner)
class LearnerAdmin(_ReadOnly):
    list_display = ("family_name", "given_name", "residence", "qualification_level")
    list_filter = ("residence", "employment")
    search_fields = ("family_name", "given_name", "user__email")


@admin.register(Scheme)
class SchemeAdmin(_ReadOnly):
    list_display = ("name", "funder_name", "currency", "state", "opens_on", "closes_on")
    list_filter = ("state",)


@admin.register(RuleVersion)
class RuleVersionAdmin(_ReadOnly):
    list_display = ("scheme", "number", "valid_from")
    list_filter = ("scheme",)
    list_select_related = ("scheme",)


@admin.register(LearningAccount)
class LearningAccountAdmin(_ReadOnly):
    list_display = ("learner", "scheme", "opened_at")
    list_filter = ("scheme",)
    list_select_related = ("learner", "scheme")
    search_fields = ("learner__family_name", "learner__user__email")


@admin.register(Award)
class AwardAdmin(_ReadOnly):
    list_display = ("awarded_at", "kind", "period", "amount_minor")
    list_filter = ("kind",)


@admin.register(Purse)
class PurseAdmin(_ReadOnly):
    list_display = ("id", "amount_minor", "state", "expires_on", "first_used_on", "in_grace")
    list_filter = ("state", "in_grace")
