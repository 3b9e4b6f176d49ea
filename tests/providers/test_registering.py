from datetime import date

import pytest
from django.db import IntegrityError, transaction

from config.refusals import Refusal
from ledger import now
from ledger.models import Event
from providers import errors
from providers.details import Details
from providers.models import Provider, Staff, StateChange
from providers.registering import (
    Application,
    Because,
    Reason,
    activate,
    apply,
    register,
    remove,
    stop_new_starts,
    suspend,
)
from tests.factories.providers import ProviderFactory, StaffFactory, UserFactory

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
        (Application("A", siret="732 829 320 00075"), "siret_wrong", "siret"),
        (Application("A", siret="٧٣٢٨٢٩٣٢٠٠٠٠٧٤"), "siret_wrong", "siret"),
        (Application("A", vat="980 7806 84"), "vat_number_wrong", "vat"),
        (Application("A", vat="GB 980 7806 85"), "vat_number_wrong", "vat"),
        (Application("A", vat="FR 41 303 265 045"), "vat_number_wrong", "vat"),
        (Application("A", vat="\x00"), "vat_number_wrong", "vat"),
        (Application("A", details=Details(contact_email="at college")), "email_wrong", "contact_email"),
        (Application("A", details=Details(contact_email="a\n@b.example")), "email_wrong", "contact_email"),
        (Application("A", details=Details(country="ZZ")), "country_wrong", "country"),
        (Application("A", details=Details(street="s" * 301)), "text_too_long", "street"),
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
    assert Event.objects.get(kind="provider.activated").data == {
        "from_state": "applied",
        "new_until": "2027-03-31",
        "reason": "accepted",
    }


def test_a_provider_stops_and_comes_back_and_is_still_new(actor):
    provider = ProviderFactory(is_new=True)
    until = provider.new_until
    stop_new_starts(provider, actor, because=Because(Reason.OWN_WISH, "Its building is being repaired."))
    suspend(provider, actor, because=Because(Reason.QUALITY, "Three complaints in a week."))
    activate(provider, actor, new_until=until, because=Because(Reason.CLEARED, "The complaints were of another."))
    provider.refresh_from_db()
    assert (provider.state, provider.new_until) == ("active", until)


def test_a_provider_that_was_removed_never_comes_back(actor):
    provider = ProviderFactory()
    remove(provider, actor, because=Because(Reason.INSOLVENT, "Wound up by the court."))
    with pytest.raises(errors.ProviderCannotMove, match="“Removed” cannot become “Active”"):
        activate(provider, actor)
    assert Provider.objects.get().state == "removed"
    assert not Event.objects.filter(kind="provider.activated").exists()


def test_register_numbers_are_kept_in_one_form(actor):
    [provider] = register(
        [Application("A", ukprn=" 1000 4695", siret="732 829 320 00074", vat="gb 980.7806-84")], actor=actor
    )
    provider.refresh_from_db()
    assert (provider.ukprn, provider.siret, provider.vat) == ("10004695", "73282932000074", "GB980780684")


@pytest.mark.parametrize("number", [{"siret": "732 829 320 00074"}, {"vat": "FR 40 303 265 045"}])
def test_a_number_of_another_register_is_one_providers_too(actor, number):
    register([Application("A", **number)], actor=actor)
    [again] = register(
        [Application("B", **{name: text.replace(" ", "") for name, text in number.items()})], actor=actor
    )
    assert (again.code, again.field) == ("provider_known_already", next(iter(number)))


@pytest.mark.parametrize(
    ("given", "wall"),
    [
        ({"siret": "732 829"}, "provider_siret_is_one"),
        ({"vat": "980780684"}, "provider_vat_number_is_one"),
        ({"contact_email": "nobody"}, "provider_e_mail_is_an_address"),
        ({"country": "gb"}, "provider_country_is_a_code"),
    ],
)
def test_the_database_knows_the_form_of_the_numbers(given, wall):
    with pytest.raises(IntegrityError, match=wall), transaction.atomic():
        ProviderFactory(**given)


DETAILS = Details("Mair Owen", "Mair@college.example", "01632 960 001", "1 College Road", "Newbridge", "NB1 1AA", "gb")


def test_whoever_applies_for_an_organisation_is_its_first_administrator(actor):
    person = UserFactory()
    staff = apply(Application("Newbridge College", "10004695", details=DETAILS), user=person.pk, actor=actor)
    provider = staff.provider
    assert (provider.state, provider.contact_name, provider.country) == ("applied", "Mair Owen", "GB")
    assert (staff.user, staff.roles) == (person, ["administrator", "courses", "delivery", "money"])
    assert list(Event.objects.order_by("id").values_list("kind", flat=True)) == ["provider.registered", "staff.joined"]


@pytest.mark.parametrize(
    ("application", "code", "field"),
    [
        (Application("A", details=DETAILS), "number_needed", "ukprn"),
        (Application("A", "10004695"), "contact_needed", "contact_name"),
        (Application("A", "10004695", details=Details("Mair")), "contact_needed", "contact_email"),
        (Application("", "10004695", details=DETAILS), "provider_without_name", "name"),
    ],
)
def test_an_application_by_a_person_needs_a_number_and_a_contact(actor, application, code, field):
    with pytest.raises(Refusal) as refused:
        apply(application, user=UserFactory().pk, actor=actor)
    assert (refused.value.code, refused.value.field) == (code, field)
    assert (Provider.objects.count(), Staff.objects.count(), Event.objects.count()) == (0, 0, 0)


def test_whoever_works_for_a_provider_cannot_apply_for_another(actor):
    staff = StaffFactory(provider=ProviderFactory(name="Bridge College"))
    with pytest.raises(errors.WorksElsewhere, match="Bridge College"):
        apply(Application("A", "10004695", details=DETAILS), user=staff.user_id, actor=actor)
    assert Provider.objects.get() == staff.provider


def test_each_move_says_why_who_and_when(actor):
    provider, person = ProviderFactory(applied=True), UserFactory()
    activate(provider, actor, because=Because(Reason.ACCEPTED, by=person.pk))
    suspend(provider, actor, because=Because(Reason.IRREGULAR, " 40 claims on one day.\n", by=person.pk))
    assert [(move.from_state, move.to_state, move.reason, move.note, move.moved_by) for move in moves(provider)] == [
        ("active", "suspended", "irregular", "40 claims on one day.", person),
        ("applied", "active", "accepted", "", person),
    ]
    assert Event.objects.get(kind="provider.suspended").data == {"from_state": "active", "reason": "irregular"}


@pytest.mark.parametrize(
    ("because", "code"),
    [
        (Because(Reason.IRREGULAR, "  "), "reason_needs_note"),
        (Because(Reason.IRREGULAR, "n" * 2001), "text_too_long"),
        (Because(Reason.CLEARED, "Nothing found."), "reason_not_for_this"),
        (Because(Reason.ACCEPTED), "reason_not_for_this"),
    ],
)
def test_a_move_without_a_good_reason_is_refused(actor, because, code):
    provider = ProviderFactory()
    with pytest.raises(Refusal) as refused:
        suspend(provider, actor, because=because)
    assert refused.value.code == code
    provider.refresh_from_db()
    assert (provider.state, list(moves(provider)), Event.objects.count()) == ("active", [], 0)


def test_the_database_keeps_no_move_without_a_word():
    with pytest.raises(IntegrityError, match="state_change_says_why"), transaction.atomic():
        StateChange.objects.create(
            provider=ProviderFactory(), from_state="active", to_state="removed", reason="other", moved_at=now()
        )


def moves(provider):
    return StateChange.objects.filter(provider=provider).select_related("moved_by")
