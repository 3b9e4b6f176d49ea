"""Correcting: an organisation keeps what is known of it right: whom to ask for, where it is, and where it teaches."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from django.db import transaction

from config.refusals import Refusal
from config.walls import walled_by
from ledger import Actor, record
from providers import errors, events
from providers.details import Details, details_of, numbers_of, website_of
from providers.feeds.plain_text import one_line
from providers.models import Provider, Role, Staff, Venue

NUMBERS = ("ukprn", "siret", "vat")
VENUE_FIELDS = {"name": 300, "street": 300, "town": 100, "postcode": 20}


@dataclass(frozen=True, slots=True)
class Correction:
    """What an organisation now says of itself, whole. A register number may be added, and one that stands stays."""

    details: Details
    website: str = ""
    ukprn: str = ""
    siret: str = ""
    vat: str = ""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a provider teaches. Each may be left out, but not all of them."""

    name: str = ""
    street: str = ""
    town: str = ""
    postcode: str = ""


def correct(correction: Correction, *, by: Staff, actor: Actor) -> Provider:
    """Write down what the organisation says of itself now; an event names the fields that are different.

    A number is left as it is where none is given. Refuses `OnlyAdministrators`, `NumberStands` for another number than
    the one that stands, `ContactNeeded`, `ProviderKnownAlready`, `ProviderIsGone`, and what `registering.register`
    does. Locks the provider.
    """
    with transaction.atomic():
        provider = _lock(by, Role.ADMINISTRATOR)
        fields = _shape(correction, provider)
        changed = sorted(name for name, value in fields.items() if getattr(provider, name) != value)
        if not changed:
            return provider
        for name in changed:
            setattr(provider, name, fields[name])
        with walled_by(_walls(fields)):
            provider.save(update_fields=changed)
        record(events.PROVIDER_CORRECTED.by(actor, subject=provider.subject, changed=changed))
    return provider


def add_venue(place: Place, *, by: Staff, actor: Actor) -> Venue:
    """Another place where the provider teaches.

    Refuses `OnlyAdministrators`, `VenueWithoutPlace`, `TextTooLong`, `VenueTwice`, `ProviderIsGone`. Locks the
    provider.
    """
    with transaction.atomic():
        provider = _lock(by, Role.ADMINISTRATOR, Role.COURSES)
        venue = Venue(provider=provider, **_place(place))
        with walled_by({"one_venue_an_address": errors.VenueTwice()}):
            venue.save(force_insert=True)
        record(events.VENUE_ADDED.by(actor, subject=f"venue:{venue.id}", provider=provider.pk))
    return venue


def correct_venue(venue: UUID, place: Place, *, by: Staff, actor: Actor) -> Venue:
    """Put a venue's name or address right, for all courses that are taught there. A move elsewhere is another venue.

    Its position is forgotten where its address is another. Refuses `VenueNotFound` and what `add_venue` does. Locks
    the provider.
    """
    with transaction.atomic():
        provider = _lock(by, Role.ADMINISTRATOR, Role.COURSES)
        found = provider.venues.filter(pk=venue).first()
        if found is None:
            raise errors.VenueNotFound()
        fields = _place(place)
        if all(getattr(found, name) == value for name, value in fields.items()):
            return found
        if any(getattr(found, name) != fields[name] for name in ("street", "town", "postcode")):
            found.latitude = found.longitude = None
        for name, value in fields.items():
            setattr(found, name, value)
        with walled_by({"one_venue_an_address": errors.VenueTwice()}):
            found.save()
        record(events.VENUE_CORRECTED.by(actor, subject=f"venue:{found.id}", provider=provider.pk))
    return found


def _lock(by: Staff, *roles: Role) -> Provider:
    """The provider of somebody who works there still and has one of these roles, locked."""
    provider = Provider.objects.select_for_update(no_key=True).get(pk=by.provider_id)
    current = provider.staff.current().filter(pk=by.pk).first()
    if current is None or not any(current.may(role) for role in roles):
        raise errors.OnlyAdministrators()
    if provider.state == Provider.State.REMOVED:
        raise errors.ProviderIsGone(provider=provider.name)
    return provider


def _shape(correction: Correction, provider: Provider) -> dict[str, str]:
    """The fields of the provider as they are to be. Raises the first refusal."""
    fields: dict[str, str] = {}
    for part in (
        numbers_of(**{name: getattr(correction, name) for name in NUMBERS}),
        website_of(correction.website),
        details_of(correction.details),
    ):
        if isinstance(part, Refusal):
            raise part
        fields |= part
    for name in NUMBERS:
        stands = getattr(provider, name)
        if stands and fields[name] not in ("", stands):
            raise errors.NumberStands(field=name)
        fields[name] = stands or fields[name]
    for name in ("contact_name", "contact_email"):
        if not fields[name]:
            raise errors.ContactNeeded(field=name)
    return fields


def _place(place: Place) -> dict[str, str]:
    fields = {name: one_line(getattr(place, name)) for name in VENUE_FIELDS}
    if not any(fields.values()):
        raise errors.VenueWithoutPlace(field="name")
    for name, most in VENUE_FIELDS.items():
        if (characters := len(fields[name])) > most:
            raise errors.TextTooLong(field=name, what=name, characters=characters, most=most)
    return fields


def _walls(fields: Mapping[str, str]) -> dict[str, Refusal]:
    walls = {"ukprn": "one_provider_a_ukprn", "siret": "one_provider_a_siret", "vat": "one_provider_a_vat_number"}
    return {
        wall: errors.ProviderKnownAlready(field=name, number=fields[name])
        for name, wall in walls.items()
        if fields[name]
    }
