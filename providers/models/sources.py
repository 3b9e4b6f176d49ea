"""Addresses from which a provider's feed is fetched by itself."""

from __future__ import annotations

import uuid
from datetime import datetime

from django.db import models
from django.db.models import CheckConstraint, Q, UniqueConstraint
from django.utils.translation import gettext_lazy as _

from config.ids import uuid7
from providers.models.imports import FeedImport
from providers.models.organisations import Provider


class Every(models.IntegerChoices):
    """How often an address is checked, in hours."""

    HOUR = 1, _("Every hour")
    SIX_HOURS = 6, _("Every six hours")
    TWELVE_HOURS = 12, _("Twice a day")
    DAY = 24, _("Once a day")
    WEEK = 168, _("Once a week")


class FeedSourceQuerySet(models.QuerySet["FeedSource"]):
    def due(self, moment: datetime) -> FeedSourceQuerySet:
        """Sources that are to be checked now, of providers that may publish."""
        return self.filter(state=FeedSource.State.ON, next_check_at__lte=moment).exclude(
            provider__state__in=[Provider.State.SUSPENDED, Provider.State.REMOVED]
        )


class FeedSource(models.Model):
    """One address of a provider's feed, and what it answered last.

    `next_check_at` is also the mark of a check that is under way: whoever checks sets it ahead before they ask, and
    what they bring counts only while it is as they set it. `etag` and `last_modified` are as the server sent them,
    and `sha256` is of the content that was imported last.
    """

    class State(models.TextChoices):
        ON = "on", _("On")
        PAUSED = "paused", _("Paused")

    class Outcome(models.TextChoices):
        BROUGHT = "brought", _("Brought a feed")
        UNCHANGED = "unchanged", _("Unchanged")
        FAILED = "failed", _("Failed")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    provider = models.ForeignKey(Provider, on_delete=models.PROTECT, related_name="feed_sources")
    url = models.CharField(_("web address"), max_length=1000)
    format = models.CharField(_("format"), max_length=20, choices=FeedImport.Format.choices, blank=True)
    whole = models.BooleanField(_("whole or not at all"), default=False)
    every_hours = models.SmallIntegerField(_("how often"), choices=Every.choices, default=Every.DAY)
    state = models.CharField(_("state"), max_length=20, choices=State.choices, default=State.ON)
    etag = models.CharField(max_length=500, blank=True)
    last_modified = models.CharField(max_length=100, blank=True)
    sha256 = models.CharField(max_length=64, blank=True)
    added_at = models.DateTimeField(_("added at"))
    next_check_at = models.DateTimeField(_("next check"))
    last_checked_at = models.DateTimeField(_("last checked"), null=True, blank=True)
    outcome = models.CharField(_("last outcome"), max_length=20, choices=Outcome.choices, blank=True)
    answer = models.TextField(_("last answer"), blank=True)
    failures = models.SmallIntegerField(_("failures in a row"), default=0)
    given_up_at = models.DateTimeField(_("given up at"), null=True, blank=True)
    last_import = models.ForeignKey(
        FeedImport, on_delete=models.SET_NULL, null=True, blank=True, related_name="from_source"
    )

    objects = FeedSourceQuerySet.as_manager()

    class Meta:
        verbose_name = _("address of a feed")
        verbose_name_plural = _("addresses of feeds")
        ordering = ("added_at", "id")
        constraints = [
            UniqueConstraint(fields=["provider", "url"], name="one_feed_source_an_address"),
            CheckConstraint(condition=~Q(url=""), name="feed_source_has_an_address"),
            CheckConstraint(condition=Q(state__in=["on", "paused"]), name="feed_source_state_is_known"),
            CheckConstraint(
                condition=Q(format__in=["", "xcri_cap", "lheo", "schema_org", "csv"]),
                name="feed_source_format_is_known",
            ),
            CheckConstraint(condition=Q(every_hours__in=[1, 6, 12, 24, 168]), name="feed_source_interval_is_known"),
            CheckConstraint(condition=Q(failures__gte=0), name="feed_source_failures_are_not_negative"),
            CheckConstraint(
                condition=Q(outcome="", last_checked_at=None)
                | Q(outcome__in=["brought", "unchanged", "failed"], last_checked_at__isnull=False),
                name="feed_source_was_checked_when_it_says_so",
            ),
            CheckConstraint(
                condition=Q(given_up_at=None) | Q(state="paused"), name="feed_source_that_is_given_up_is_paused"
            ),
        ]
        indexes = [models.Index(fields=["next_check_at"], condition=Q(state="on"), name="feed_source_due")]

    provider_id: uuid.UUID
    last_import_id: uuid.UUID | None

    def __str__(self) -> str:
        return self.url

    @property
    def subject(self) -> str:
        return f"feed_source:{self.id}"
