"""What the scheme's staff decided about a course, after they looked at it and at its price."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models
from django.db.models import CheckConstraint, Q, UniqueConstraint
from django.utils.translation import gettext_lazy as _

from config.ids import uuid7
from providers.models.accreditations import Accreditation
from providers.models.courses import Course


class CourseVetting(models.Model):
    """One decision about a course, with what was looked at: its title, level, content and highest price.

    `price_minor`, in minor units of `currency`, is the highest price of the runs that could be joined; None where none
    had a price. The provider reads `reason` and `note`, and may answer once. The decision that counts is the one that
    is not superseded.
    """

    class Decision(models.TextChoices):
        ACCEPTED = "accepted", _("Accepted")
        ASKED = "asked", _("Question to the provider")
        DECLINED = "declined", _("Declined")

    class Reason(models.TextChoices):
        PRICE = "price", _("The price is far above that of like courses")
        CONTENT = "content", _("It does not say clearly what is taught")
        EVIDENCE = "evidence", _("Nothing shows that it meets a standard")
        NOT_ELIGIBLE = "not_eligible", _("It is not the kind of learning that schemes pay for")
        TWICE = "twice", _("The same course is listed twice")
        OTHER = "other", _("Something else")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    course = models.ForeignKey(Course, on_delete=models.PROTECT, related_name="vettings", verbose_name=_("course"))
    decision = models.CharField(_("decision"), max_length=12, choices=Decision.choices)
    reason = models.CharField(_("reason"), max_length=20, choices=Reason.choices, blank=True)
    note = models.TextField(_("words to the provider"), blank=True)
    category = models.CharField(_("category"), max_length=4, blank=True)
    accreditation = models.ForeignKey(
        Accreditation, on_delete=models.PROTECT, null=True, blank=True, related_name="vettings"
    )
    title = models.CharField(_("title"), max_length=500)
    level = models.SmallIntegerField(_("level"), null=True, blank=True)
    content_hash = models.CharField(max_length=64, blank=True)
    price_minor = models.BigIntegerField(_("highest price"), null=True, blank=True)
    currency = models.CharField(_("currency"), max_length=3, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name=_("decided by")
    )
    decided_at = models.DateTimeField(_("decided at"))
    superseded = models.BooleanField(default=False)
    answer = models.TextField(_("the provider's answer"), blank=True)
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    answered_at = models.DateTimeField(_("answered at"), null=True, blank=True)

    class Meta:
        verbose_name = _("vetting of a course")
        verbose_name_plural = _("vettings of courses")
        ordering = ("-decided_at", "-id")
        constraints = [
            UniqueConstraint(fields=["course"], condition=Q(superseded=False), name="one_decision_on_a_course_counts"),
            CheckConstraint(
                condition=Q(decision="accepted", reason="")
                | Q(
                    decision__in=["asked", "declined"],
                    reason__in=["price", "content", "evidence", "not_eligible", "twice", "other"],
                ),
                name="vetting_says_why_not",
            ),
            CheckConstraint(condition=~Q(decision="asked", note=""), name="vetting_asks_in_words"),
            CheckConstraint(
                condition=Q(answer="", answered_by=None, answered_at=None)
                | Q(~Q(answer=""), answered_by__isnull=False, answered_at__isnull=False),
                name="vetting_answer_is_somebodys",
            ),
        ]

    course_id: uuid.UUID
    decided_by_id: uuid.UUID

    def __str__(self) -> str:
        return f"{self.title}: {self.get_decision_display()}"

    @property
    def waits_for_the_provider(self) -> bool:
        """Whether the provider may answer it: a question, or a refusal that they do not agree with."""
        return not self.superseded and self.decision != self.Decision.ACCEPTED and self.answered_at is None
