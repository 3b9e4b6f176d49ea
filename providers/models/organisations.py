"""Organisations that teach, and the places where they do."""

from __future__ import annotations

import uuid
from datetime import date

from django.conf import settings
from django.db import models
from django.db.models import CheckConstraint, Exists, OuterRef, Q, UniqueConstraint
from django.utils.translation import gettext_lazy as _

from config.ids import uuid7

WEB_ADDRESS = r"^https?://[^[:space:]]+$"
SIRET = r"^[0-9]{14}$"
VAT = r"^[A-Z]{2}[0-9A-Z+*]{2,13}$"
E_MAIL = r"^[^[:space:]@]+@[^[:space:]@]+$"
COUNTRY = r"^[A-Z]{2}$"


class ProviderQuerySet(models.QuerySet["Provider"]):
    def accredited(self, on: date) -> ProviderQuerySet:
        """Providers that hold an accreditation of their own on that day."""
        from providers.models.accreditations import Accreditation

        return self.filter(Exists(Accreditation.objects.valid(on).filter(provider=OuterRef("pk"))))

    def selling(self, on: date) -> ProviderQuerySet:
        """Providers that may sell on that day: active and accredited."""
        return self.filter(state=Provider.State.ACTIVE).accredited(on)


class Provider(models.Model):
    """An organisation that teaches. A provider is never deleted: it is removed, which is a state."""

    class State(models.TextChoices):
        APPLIED = "applied", _("Applied")
        ACTIVE = "active", _("Active")
        NO_NEW_STARTS = "no_new_starts", _("No new starts")
        SUSPENDED = "suspended", _("Suspended")
        REMOVED = "removed", _("Removed")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    name = models.CharField(_("name"), max_length=300)
    ukprn = models.CharField(
        _("UKPRN"), max_length=8, blank=True, help_text=_("UK provider reference number: eight digits, the first a 1.")
    )
    siret = models.CharField(
        _("SIRET"), max_length=14, blank=True, help_text=_("The number of a French establishment: fourteen digits.")
    )
    vat = models.CharField(
        _("VAT number"), max_length=15, blank=True, help_text=_("With the two letters of its country, such as GB.")
    )
    identifier = models.CharField(
        _("identifier"), max_length=200, blank=True, help_text=_("What the provider's own feed calls it.")
    )
    website = models.CharField(_("website"), max_length=1000, blank=True)
    contact_name = models.CharField(_("whom to ask for"), max_length=200, blank=True)
    contact_email = models.CharField(_("e-mail"), max_length=254, blank=True)
    contact_telephone = models.CharField(_("telephone"), max_length=40, blank=True)
    street = models.CharField(_("street"), max_length=300, blank=True)
    town = models.CharField(_("town"), max_length=100, blank=True)
    postcode = models.CharField(_("postcode"), max_length=20, blank=True)
    country = models.CharField(_("country"), max_length=2, blank=True, help_text=_("Two letters, such as GB or FR."))
    state = models.CharField(_("state"), max_length=20, choices=State.choices, default=State.APPLIED)
    new_until = models.DateField(
        _("new until"), null=True, blank=True, help_text=_("Up to and including this day the provider counts as new.")
    )
    registered_at = models.DateTimeField(_("registered at"))

    objects = ProviderQuerySet.as_manager()

    class Meta:
        verbose_name = _("provider")
        verbose_name_plural = _("providers")
        ordering = ("name", "id")
        constraints = [
            UniqueConstraint(fields=["ukprn"], condition=~Q(ukprn=""), name="one_provider_a_ukprn"),
            UniqueConstraint(fields=["siret"], condition=~Q(siret=""), name="one_provider_a_siret"),
            UniqueConstraint(fields=["vat"], condition=~Q(vat=""), name="one_provider_a_vat_number"),
            UniqueConstraint(fields=["identifier"], condition=~Q(identifier=""), name="one_provider_an_identifier"),
            CheckConstraint(condition=~Q(name=""), name="provider_has_a_name"),
            CheckConstraint(condition=Q(ukprn="") | Q(ukprn__regex=r"^1[0-9]{7}$"), name="provider_ukprn_is_one"),
            CheckConstraint(condition=Q(siret="") | Q(siret__regex=SIRET), name="provider_siret_is_one"),
            CheckConstraint(condition=Q(vat="") | Q(vat__regex=VAT), name="provider_vat_number_is_one"),
            CheckConstraint(
                condition=Q(contact_email="") | Q(contact_email__regex=E_MAIL), name="provider_e_mail_is_an_address"
            ),
            CheckConstraint(condition=Q(country="") | Q(country__regex=COUNTRY), name="provider_country_is_a_code"),
            CheckConstraint(
                condition=Q(website="") | Q(website__iregex=WEB_ADDRESS), name="provider_website_is_a_web_address"
            ),
            CheckConstraint(
                condition=Q(state__in=["applied", "active", "no_new_starts", "suspended", "removed"]),
                name="provider_state_is_known",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def is_new(self, on: date) -> bool:
        """Whether the stricter rules for new providers apply on that day."""
        return self.new_until is not None and on <= self.new_until

    @property
    def subject(self) -> str:
        return f"provider:{self.id}"


class StateChange(models.Model):
    """One move of a provider from a state to another: why, by whom and when. Only ever added to.

    `moved_by` is empty where no person moved it; the note is for people, and stands in no event.
    """

    class Reason(models.TextChoices):
        ACCEPTED = "accepted", _("The application was checked and accepted")
        DECLINED = "declined", _("The application was checked and declined")
        OWN_WISH = "own_wish", _("The provider asked for it")
        QUALITY = "quality", _("Complaints, or the quality of its courses")
        ACCREDITATION = "accreditation", _("An accreditation has ended or was withdrawn")
        IRREGULAR = "irregular", _("Irregular claims or payments")
        INSOLVENT = "insolvent", _("The provider cannot pay its debts")
        CLEARED = "cleared", _("It was looked into, and nothing was found")
        PUT_RIGHT = "put_right", _("What was wrong has been put right")
        OTHER = "other", _("Something else")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    provider = models.ForeignKey(
        Provider, on_delete=models.PROTECT, related_name="state_changes", verbose_name=_("provider")
    )
    from_state = models.CharField(_("from"), max_length=20, choices=Provider.State.choices)
    to_state = models.CharField(_("to"), max_length=20, choices=Provider.State.choices)
    reason = models.CharField(_("reason"), max_length=20, choices=Reason.choices)
    note = models.TextField(_("note"), max_length=2000, blank=True)
    moved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+", verbose_name=_("moved by")
    )
    moved_at = models.DateTimeField(_("moved at"))

    class Meta:
        verbose_name = _("change of state")
        verbose_name_plural = _("changes of state")
        ordering = ("-moved_at", "-id")
        constraints = [
            CheckConstraint(
                condition=Q(from_state__in=Provider.State.values, to_state__in=Provider.State.values)
                & ~Q(from_state=models.F("to_state")),
                name="state_change_is_between_two_known_states",
            ),
            CheckConstraint(condition=Q(reason="accepted") | ~Q(note=""), name="state_change_says_why"),
        ]

    provider_id: uuid.UUID

    def __str__(self) -> str:
        return f"{self.from_state} -> {self.to_state}"


class Venue(models.Model):
    """A place where a provider teaches. Its address is its identity: another address is another venue."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    provider = models.ForeignKey(Provider, on_delete=models.PROTECT, related_name="venues", verbose_name=_("provider"))
    name = models.CharField(_("name"), max_length=300, blank=True)
    street = models.CharField(_("street"), max_length=300, blank=True)
    town = models.CharField(_("town"), max_length=100, blank=True)
    postcode = models.CharField(_("postcode"), max_length=20, blank=True)
    latitude = models.DecimalField(_("latitude"), max_digits=8, decimal_places=6, null=True, blank=True)
    longitude = models.DecimalField(_("longitude"), max_digits=9, decimal_places=6, null=True, blank=True)

    class Meta:
        verbose_name = _("venue")
        verbose_name_plural = _("venues")
        ordering = ("name", "id")
        constraints = [
            UniqueConstraint(fields=["provider", "name", "street", "town", "postcode"], name="one_venue_an_address"),
            CheckConstraint(
                condition=~Q(name="") | ~Q(street="") | ~Q(town="") | ~Q(postcode=""), name="venue_is_somewhere"
            ),
            CheckConstraint(
                condition=Q(latitude=None, longitude=None)
                | Q(latitude__gte=-90, latitude__lte=90, longitude__gte=-180, longitude__lte=180),
                name="venue_position_is_on_earth",
            ),
        ]
        indexes = [models.Index(fields=["town"], name="venue_town")]

    provider_id: uuid.UUID

    def __str__(self) -> str:
        return ", ".join(part for part in (self.name, self.town, self.postcode) if part)
