"""An organisation keeps what is known of it right."""

from __future__ import annotations

from decimal import Decimal

import pytest

from config.refusals import Refusal
from ledger import Actor
from ledger.models import Event
from providers import correcting, errors
from providers.correcting import Correction, Place
from providers.details import Details
from providers.models import Provider, Role, Staff, Venue
from tests.factories.providers import ProviderFactory, StaffFactory, VenueFactory

pytestmark = pytest.mark.django_db

DETAILS = Details(contact_name="Mair Owen", contact_email="mair@nb.example")


@pytest.fixture
def mair() -> Staff:
    return StaffFactory(provider=ProviderFactory(ukprn="10004695"), roles=[Role.ADMINISTRATOR])


def test_what_is_different_is_written_down_and_named_without_its_words(mair: Staff, actor: Actor) -> None:
    correcting.correct(Correction(DETAILS, website="https://college.example"), by=mair, actor=actor)
    correcting.correct(Correction(DETAILS, website="https://college.example"), by=mair, actor=actor)
    assert Event.objects.get().data == {"changed": ["contact_email", "contact_name"]}


def test_a_number_is_added_once_and_then_stands(mair: Staff, actor: Actor) -> None:
    correcting.correct(Correction(DETAILS, vat="GB 980 7806 84"), by=mair, actor=actor)
    with pytest.raises(errors.NumberStands):
        correcting.correct(Correction(DETAILS, ukprn="10009999"), by=mair, actor=actor)
    stored = Provider.objects.get()
    assert (stored.ukprn, stored.vat) == ("10004695", "GB980780684")


def test_anothers_number_is_refused(mair: Staff, actor: Actor) -> None:
    ProviderFactory(siret="73282932000074")
    with pytest.raises(errors.ProviderKnownAlready) as refused:
        correcting.correct(Correction(DETAILS, siret="732 829 320 00074"), by=mair, actor=actor)
    assert refused.value.field == "siret"
    assert Provider.objects.get(pk=mair.provider_id).contact_name == ""


@pytest.mark.parametrize("roles", [[Role.COURSES], [Role.DELIVERY], [Role.MONEY]])
def test_only_an_administrator_changes_details(actor: Actor, roles: list[str]) -> None:
    with pytest.raises(errors.OnlyAdministrators):
        correcting.correct(Correction(DETAILS), by=StaffFactory(roles=roles), actor=actor)


def test_a_venue_whose_address_changes_forgets_its_position(mair: Staff, actor: Actor) -> None:
    venue = VenueFactory(provider=mair.provider, latitude=Decimal("51.5"), longitude=Decimal("-3.1"))
    renamed = Place("Main building", venue.street, venue.town, venue.postcode)
    correcting.correct_venue(venue.pk, renamed, by=mair, actor=actor)
    assert Venue.objects.get().latitude == Decimal("51.5")
    correcting.correct_venue(venue.pk, Place("Main building", "2 Low Street"), by=mair, actor=actor)
    stored = Venue.objects.get()
    assert (stored.street, stored.town, stored.latitude, stored.longitude) == ("2 Low Street", "", None, None)


def test_another_providers_venue_does_not_exist(mair: Staff, actor: Actor) -> None:
    with pytest.raises(errors.VenueNotFound):
        correcting.correct_venue(VenueFactory().pk, Place("Ours now"), by=mair, actor=actor)


@pytest.mark.parametrize(("place", "code"), [(Place(), "venue_without_place"), (Place("n" * 301), "text_too_long")])
def test_a_venue_that_is_not_in_order_is_refused(mair: Staff, actor: Actor, place: Place, code: str) -> None:
    with pytest.raises(Refusal) as refused:
        correcting.add_venue(place, by=mair, actor=actor)
    assert refused.value.code == code
    assert not Venue.objects.exists()


def test_a_provider_that_was_removed_changes_nothing(mair: Staff, actor: Actor) -> None:
    Provider.objects.update(state=Provider.State.REMOVED)
    with pytest.raises(errors.ProviderIsGone):
        correcting.correct(Correction(DETAILS), by=mair, actor=actor)
    with pytest.raises(errors.ProviderIsGone):
        correcting.add_venue(Place("Annexe"), by=mair, actor=actor)
