"""What a learner has with a course, as it was priced for them: part of a voucher, or of what was asked for."""

from __future__ import annotations

from typing import Any, Self
from uuid import UUID

from django.db import models
from django.db.models import F, Q

from accounts.pricing import Extra
from config.ids import uuid7
from providers.models import RunExtra


class ChosenExtra(models.Model):
    """An exam, travel, childcare or equipment that comes with a course, under the words and price it was chosen with.

    `from_purse_minor` is what purses pay of it that are earmarked for it; minor units of the whole's currency.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    extra = models.ForeignKey(RunExtra, on_delete=models.PROTECT, related_name="+")
    earmark = models.CharField(max_length=12, choices=RunExtra.Earmark.choices)
    title = models.CharField(max_length=200)
    price_minor = models.BigIntegerField()
    from_purse_minor = models.BigIntegerField()

    class Meta:
        abstract = True
        ordering = ("id",)
        constraints = [
            models.CheckConstraint(
                condition=Q(price_minor__gt=0, from_purse_minor__gte=0, from_purse_minor__lte=F("price_minor")),
                name="%(class)s_is_paid_up_to_its_price",
            ),
        ]

    def __str__(self) -> str:
        return self.title

    @classmethod
    def of(cls, extra: Extra, **whole: Any) -> Self:
        """One as it was priced, of the voucher or request in `whole`."""
        return cls(
            extra_id=extra.id,
            earmark=extra.earmark,
            title=extra.title,
            price_minor=extra.price_minor,
            from_purse_minor=extra.from_purse_minor,
            **whole,
        )

    @property
    def priced(self) -> Extra:
        return Extra(self.extra_id, self.earmark, self.title, self.price_minor, self.from_purse_minor)

    extra_id: UUID


class VoucherExtra(ChosenExtra):
    """What a voucher pays besides the course."""

    voucher = models.ForeignKey("vouchers.Voucher", on_delete=models.PROTECT, related_name="extras")

    class Meta(ChosenExtra.Meta):
        constraints = [
            *ChosenExtra.Meta.constraints,
            models.UniqueConstraint(fields=["voucher", "extra"], name="one_of_each_extra_a_voucher"),
        ]


def as_offered(extra: RunExtra) -> Extra:
    """As its provider offers it, with nothing paid of it yet."""
    return Extra(extra.pk, extra.earmark, extra.title, extra.price_minor)
