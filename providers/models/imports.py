"""What each feed brought: one import, and a line for everything that was in it."""

from __future__ import annotations

import uuid
from datetime import datetime, timedelta

from django.db import models
from django.db.models import CheckConstraint, Count, Q
from django.utils.translation import gettext_lazy as _

from config.ids import uuid7
from providers.models.organisations import Provider

# A feed's own task comes within seconds; by then it has been lost.
LEFT_BEHIND_AFTER = timedelta(minutes=10)


class FeedImportQuerySet(models.QuerySet["FeedImport"]):
    def left_behind(self, moment: datetime) -> FeedImportQuerySet:
        """Imports that have waited for longer than any task takes to come."""
        return self.filter(state=FeedImport.State.RECEIVED, started_at__lt=moment - LEFT_BEHIND_AFTER)


class FeedImport(models.Model):
    """One feed, received once. Counts are of providers, courses and runs together.

    One that is `whole` and was refused because of some lines has those lines, and has changed nothing.
    """

    class State(models.TextChoices):
        RECEIVED = "received", _("Received")
        IMPORTED = "imported", _("Imported")
        REFUSED = "refused", _("Refused")

    class Format(models.TextChoices):
        XCRI = "xcri_cap", _("XCRI-CAP 1.2")
        LHEO = "lheo", _("LHEO 2")
        SCHEMA_ORG = "schema_org", _("schema.org JSON-LD")
        CSV = "csv", _("CSV")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    provider = models.ForeignKey(Provider, on_delete=models.PROTECT, null=True, blank=True, related_name="feed_imports")
    format = models.CharField(
        _("format"),
        max_length=20,
        choices=Format.choices,
        blank=True,
        help_text=_("Where it is empty, the format is found out when the feed is imported."),
    )
    whole = models.BooleanField(
        _("whole or not at all"), default=False, help_text=_("One refused line, and nothing of the feed is taken.")
    )
    source_name = models.CharField(_("source"), max_length=300)
    shift_years = models.SmallIntegerField(_("dates moved by years"), default=0)
    sha256 = models.CharField(_("fingerprint"), max_length=64, blank=True)
    asked_by = models.CharField(_("asked by"), max_length=80)
    acting_for = models.CharField(_("acting for"), max_length=80, blank=True)
    on_behalf_of = models.CharField(_("on behalf of"), max_length=80, blank=True)
    state = models.CharField(_("state"), max_length=20, choices=State.choices, default=State.RECEIVED)
    started_at = models.DateTimeField(_("started at"))
    finished_at = models.DateTimeField(_("finished at"), null=True, blank=True)
    created = models.IntegerField(_("created"), default=0)
    changed = models.IntegerField(_("changed"), default=0)
    unchanged = models.IntegerField(_("unchanged"), default=0)
    withdrawn = models.IntegerField(_("withdrawn"), default=0)
    refused = models.IntegerField(_("refused"), default=0)
    refusal_code = models.CharField(_("why it was refused"), max_length=80, blank=True)
    refusal = models.TextField(_("why it was refused, in words"), blank=True)

    objects = FeedImportQuerySet.as_manager()

    class Meta:
        verbose_name = _("feed import")
        verbose_name_plural = _("feed imports")
        ordering = ("-started_at", "-id")
        constraints = [
            CheckConstraint(condition=Q(state__in=["received", "imported", "refused"]), name="import_state_is_known"),
            CheckConstraint(
                condition=Q(format__in=["", "xcri_cap", "lheo", "schema_org", "csv"]), name="import_format_is_known"
            ),
            CheckConstraint(
                condition=Q(state="received", finished_at=None)
                | (Q(state__in=["imported", "refused"], finished_at__isnull=False)),
                name="import_is_finished_when_it_says_so",
            ),
            CheckConstraint(
                condition=Q(state="refused") & ~Q(refusal_code="") | ~Q(state="refused") & Q(refusal_code=""),
                name="import_says_why_it_was_refused",
            ),
            CheckConstraint(
                condition=Q(created__gte=0, changed__gte=0, unchanged__gte=0, withdrawn__gte=0, refused__gte=0),
                name="import_counts_are_not_negative",
            ),
        ]

    provider_id: uuid.UUID | None

    def __str__(self) -> str:
        return self.source_name

    def tally(self) -> dict[tuple[str, str], int]:
        """How many lines of each kind had each outcome, such as {("course", "created"): 334}. One query."""
        rows = self.lines.order_by().values_list("kind", "outcome").annotate(lines=Count("pk"))
        return {(kind, outcome): lines for kind, outcome, lines in rows}


class FeedBody(models.Model):
    """The bytes of a feed that waits for its import; gone once it has been imported or refused."""

    feed_import = models.OneToOneField(FeedImport, on_delete=models.CASCADE, primary_key=True, related_name="body")
    content = models.BinaryField()
    feed_import_id: uuid.UUID

    class Meta:
        verbose_name = _("feed body")
        verbose_name_plural = _("feed bodies")

    def __str__(self) -> str:
        return str(self.feed_import_id)


class FeedLine(models.Model):
    """What became of one provider, course or run of a feed; in `reason` why it was refused, or what is wrong
    with it though it was taken."""

    class Kind(models.TextChoices):
        PROVIDER = "provider", _("Provider")
        COURSE = "course", _("Course")
        RUN = "run", _("Course run")

    class Outcome(models.TextChoices):
        CREATED = "created", _("Created")
        CHANGED = "changed", _("Changed")
        UNCHANGED = "unchanged", _("Unchanged")
        WITHDRAWN = "withdrawn", _("Withdrawn")
        REFUSED = "refused", _("Refused")

    id = models.BigAutoField(primary_key=True)
    feed_import = models.ForeignKey(FeedImport, on_delete=models.CASCADE, related_name="lines")
    line = models.IntegerField(_("line"), null=True, blank=True)
    kind = models.CharField(_("kind"), max_length=20, choices=Kind.choices)
    identifier = models.CharField(_("identifier"), max_length=400, blank=True)
    outcome = models.CharField(_("outcome"), max_length=20, choices=Outcome.choices)
    reason = models.TextField(_("reason"), blank=True)

    class Meta:
        verbose_name = _("feed line")
        verbose_name_plural = _("feed lines")
        ordering = ("id",)
        constraints = [
            CheckConstraint(
                condition=~Q(outcome="refused") | ~Q(reason=""),
                name="refused_line_says_why",
            ),
        ]
        indexes = [models.Index(fields=["feed_import", "outcome", "kind"], name="feed_line_tally")]

    feed_import_id: uuid.UUID

    def __str__(self) -> str:
        return f"{self.kind} {self.identifier}: {self.outcome}"
