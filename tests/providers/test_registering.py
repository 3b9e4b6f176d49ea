from datetime import date

import pytest

from ledger.models import Event
from providers import errors
from providers.models import Provider
from providers.registering import Application, activate, register, remove, stop_new_starts, suspend
from tests.factories.providers import ProviderFactory

pytestmark = pytest.mark.django_db


def test_an_organisation_registers_as_a_provider_that_has_applied(actor):
    [provider] = register([Application("Newbridge College", "10004695", "NB", "https://nb.example")], actor=actor)
    stored = Provider.objects.get()
    assert (stored.id, stored.name, stored.ukprn, stored.state) == (
        provider.id,
        "Newbridge College",
        "10004695",
        "applied",
    )
    event = Event.objects.get(kind="provider.registered")
    assert (event.subject, event.data["ukprn"]) == (f"provider:{provider.id}", "10004695")


@pytest.mark.parametrize(
    ("application", "code", "field"),
    [
        (Application("  \x00 "), "provider_without_name", "name"),
        (Application("n" * 301), "text_too_long", "name"),
        (Application("A", ukprn="20004695"), "ukprn_wrong", "ukprn"),
        (Application("A", ukprn="1000469"), "ukprn_wrong", "ukprn"),
        (Application("A", ukprn="١٠٠٠٤٦٩٥"), "ukprn_wrong", "ukprn"),
        (Application("A", website="javascript:alert(1)"), "web_address_wrong", "website"),
        (Application("A", identifier="i" * 201), "text_too_long", "identifier"),
    ],
)
def test_an_application_that_is_not_in_order_is_refused_and_the_others_register(actor, application, code, field):
    refusal, provider = register([application, Application("Good College")], actor=actor)
    assert (refusal.code, refusal.field) == (code, field)
    assert list(Provider.objects.values_list("name", flat=True)) == ["Good College"]
    assert provider.name == "Good College"


def test_a_hostile_name_is_kept_to_the_letter(actor):
    name = "<script>alert('x')</script> {name} %s \N{RIGHT-TO-LEFT OVERRIDE}"
    register([Application(name)], actor=actor)
    assert Provider.objects.get().name == name


@pytest.mark.parametrize("number", [{"ukprn": "10004695"}, {"identifier": "NB"}])
def test_the_same_provider_registers_once(actor, number):
    _first, twice = register([Application("A", **number), Application("B", **number)], actor=actor)
    [again] = register([Application("C", **number)], actor=actor)
    assert (twice.code, again.code) == ("provider_known_already", "provider_known_already")
    assert list(Provider.objects.values_list("name", flat=True)) == ["A"]


def test_a_provider_is_activated_and_counts_as_new_up_to_a_day(actor):
    provider = ProviderFactory(applied=True)
    activate(provider, actor, new_until=date(2027, 3, 31))
    stored = Provider.objects.get()
    assert (stored.state, provider.state) == ("active", "active")
    assert (stored.is_new(date(2027, 3, 31)), stored.is_new(date(2027, 4, 1))) == (True, False)
    assert Event.objects.get(kind="provider.activated").data == {"from_state": "applied", "new_until": "2027-03-31"}


def test_a_provider_stops_and_comes_back_and_is_still_new(actor):
    provider = ProviderFactory(is_new=True)
    until = provider.new_until
    stop_new_starts(provider, actor)
    suspend(provider, actor)
    activate(provider, actor, new_until=until)
    provider.refresh_from_db()
    assert (provider.state, provider.new_until) == ("active", until)


def test_a_provider_that_was_removed_never_comes_back(actor):
    provider = ProviderFactory()
    remove(provider, actor)
    with pytest.raises(errors.ProviderCannotMove, match="“Removed” cannot become “Active”"):
        activate(provider, actor)
    assert Provider.objects.get().state == "removed"
    assert not Event.objects.filter(kind="provider.activated").exists()
