"""Representatives: who may act for a learner, within which limits. Found by Django through `brokerage.models`."""

from __future__ import annotations

from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from config.ids import uuid7


class RepresentativeQuerySet(models.QuerySet["Representative"]):
    def acting(self) -> Self:
        return self.filter(state=Representative.State.ACTING)

    def standing(self) -> Self:
        """Those who act, or could still accept."""
        return self.exclude(state=Representative.State.ENDED)


class Representative(models.Model):
    """Somebody whom a learner lets act for them. They may look; whether they may ask for courses, and what a course may
    cost at most that they buy (minor units, 0 for none), the learner says.

    The token of the link in the invitation's letter is known by its hash alone.
    """

    class State(models.TextChoices):
        INVITED = "invited", _("Invited")
        ACTING = "acting", _("Acts for you")
        ENDED = "ended", _("Ended")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    learner = models.ForeignKey("accounts.Learner", on_delete=models.PROTECT, related_name="representatives")
    email = models.CharField(max_length=254)
    token_hash = models.CharField(max_length=64, unique=True, editable=False)
    may_ask = models.BooleanField()
    spends_minor = models.BigIntegerField()
    currency = models.CharField(max_length=3)
    state = models.CharField(max_length=7, choices=State.choices, default=State.INVITED)
    # Not protected: acting for others is no work, such as keeps a sign-in of who leaves (`accounts.departing`).
    user = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.RESTRICT, related_name="represents")
    invited_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    accepted_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)

    objects = RepresentativeQuerySet.as_manager()

    class Meta:
        ordering = ["-invited_at", "-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["learner", "email"], condition=~Q(state="ended"), name="one_representative_an_address"
            ),
            models.UniqueConstraint(
                fields=["learner", "user"], condition=Q(state="acting"), name="nobody_acts_for_a_learner_twice"
            ),
            models.CheckConstraint(condition=Q(spends_minor__gte=0), name="representative_spends_no_less_than_nothing"),
            models.CheckConstraint(
                condition=Q(state="invited", user=None, accepted_at=None, ended_at=None)
                | Q(state="acting", user__isnull=False, accepted_at__isnull=False, ended_at=None)
                | Q(state="ended", ended_at__isnull=False),
                name="representative_is_as_their_state_says",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def name(self) -> str:
        """What they are called: by their name once they have accepted."""
        if self.user is None:
            return self.email
        return self.user.name or gettext("Somebody who has left")


class Acted(models.Model):
    """What a representative had to do with a request, of which this is a part.

    `asked_by` asked for it. `wanted_by` chose to buy it, when they might buy for `wanted_most_minor` at most; where the
    learner is young, nothing is bought before the learner `assented_at`.
    """

    asked_by = models.ForeignKey(Representative, null=True, on_delete=models.PROTECT, related_name="+")
    wanted_by = models.ForeignKey(Representative, null=True, on_delete=models.PROTECT, related_name="+")
    wanted_most_minor = models.BigIntegerField(null=True)
    wanted_for_young = models.BooleanField(default=False)
    assented_at = models.DateTimeField(null=True)

    class Meta:
        abstract = True


ACTED_WALLS = [
    models.CheckConstraint(
        condition=Q(wanted_by=None, wanted_most_minor=None, wanted_for_young=False)
        | Q(wanted_by__isnull=False, wanted_most_minor__isnull=False, wanted_most_minor__gte=F("price_minor")),
        name="representative_buys_within_their_limit",
    ),
    models.CheckConstraint(
        condition=Q(wanted_for_young=False) | Q(voucher=None) | Q(assented_at__isnull=False),
        name="a_young_learner_assents_first",
    ),
]
