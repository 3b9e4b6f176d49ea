"""Where a provider is paid: nobody decides that alone."""

from __future__ import annotations

import pytest
from django.db import IntegrityError, transaction

from config.refusals import Refusal
from ledger import Actor, now
from ledger.models import Event
from providers import banking, errors
from providers.models import BankAccount, Provider, Role, Staff
from tests.factories.providers import BankAccountFactory, ProviderFactory, StaffFactory, UserFactory

pytestmark = pytest.mark.django_db

IBAN = "GB29 NWBK 6016 1331 9268 19"
FRENCH = "FR76 3000 6000 0112 3456 7890 189"


@pytest.fixture
def one() -> Staff:
    return StaffFactory(roles=[Role.MONEY])


@pytest.fixture
def other(one: Staff) -> Staff:
    return StaffFactory(provider=one.provider, roles=[Role.ADMINISTRATOR])


def states() -> list[tuple[str, str]]:
    return list(BankAccount.objects.order_by("proposed_at", "id").values_list("iban", "state"))


def test_a_bank_account_comes_into_force_when_a_second_person_agrees(one: Staff, other: Staff, actor: Actor) -> None:
    proposed = banking.propose("  Bridge   College ", IBAN, by=one, actor=actor)
    assert not BankAccount.objects.in_force().exists()
    banking.approve(proposed.pk, by=other, actor=actor)
    held = BankAccount.objects.in_force().get(provider=one.provider)
    assert (held.holder, held.iban, held.bic) == ("Bridge College", "GB29NWBK60161331926819", "")
    assert (held.proposed_by, held.decided_by) == (one.user, other.user)
    assert (held.masked, held.grouped) == ("GB•• •••• 6819", IBAN)
    told = Event.objects.filter(kind__startswith="bank_account.").order_by("id")
    assert [(event.kind, event.subject) for event in told] == [
        ("bank_account.proposed", one.provider.subject),
        ("bank_account.approved", one.provider.subject),
    ]
    assert all("GB29NWBK60161331926819" not in str(event.data) for event in told)


def test_another_replaces_it_and_the_history_is_kept(one: Staff, other: Staff, actor: Actor) -> None:
    first = banking.propose("College", IBAN, by=one, actor=actor)
    banking.approve(first.pk, by=other, actor=actor)
    second = banking.propose("College", FRENCH, "AGRIFRPP882", by=other, actor=actor)
    assert states() == [("GB29NWBK60161331926819", "in_force"), ("FR7630006000011234567890189", "proposed")]
    banking.approve(second.pk, by=one, actor=actor)
    assert states() == [("GB29NWBK60161331926819", "replaced"), ("FR7630006000011234567890189", "in_force")]
    assert Event.objects.filter(kind="bank_account.approved").latest("id").data["replaces"] == str(first.pk)


@pytest.mark.parametrize(
    ("holder", "iban", "bic", "code", "field"),
    [
        ("", IBAN, "", "holder_missing", "holder"),
        ("h" * 141, IBAN, "", "text_too_long", "holder"),
        ("A", "GB29 NWBK 6016 1331 9268 18", "", "iban_wrong", "iban"),
        ("A", "GB29 NWBK 6016 1331 9268 1٩", "", "iban_wrong", "iban"),
        ("A", "60-16-13 31926819", "", "iban_wrong", "iban"),
        ("A", "\x00", "", "iban_wrong", "iban"),
        ("A", IBAN, "NOT A BIC", "bic_wrong", "bic"),
    ],
)
def test_what_is_not_a_bank_account_is_refused(
    one: Staff, actor: Actor, holder: str, iban: str, bic: str, code: str, field: str
) -> None:
    with pytest.raises(Refusal) as refused:
        banking.propose(holder, iban, bic, by=one, actor=actor)
    assert (refused.value.code, refused.value.field) == (code, field)
    assert (states(), Event.objects.count()) == ([], 0)


def test_whoever_proposed_it_cannot_approve_or_decline_it(one: Staff, other: Staff, actor: Actor) -> None:
    proposed = banking.propose("College", IBAN, by=one, actor=actor)
    for decide in (banking.approve, banking.decline):
        with pytest.raises(errors.BankAccountNeedsSecondPerson):
            decide(proposed.pk, by=one, actor=actor)
    assert states() == [("GB29NWBK60161331926819", "proposed")]


def test_the_second_person_may_decline_and_the_first_take_it_back(one: Staff, other: Staff, actor: Actor) -> None:
    declined = banking.propose("College", IBAN, by=one, actor=actor)
    banking.decline(declined.pk, by=other, actor=actor)
    taken_back = banking.propose("College", IBAN, by=one, actor=actor)
    with pytest.raises(errors.BankAccountNotFound):
        banking.withdraw(taken_back.pk, by=other, actor=actor)
    banking.withdraw(taken_back.pk, by=one, actor=actor)
    assert [state for _iban, state in states()] == ["declined", "withdrawn"]
    with pytest.raises(errors.BankAccountDecided, match="Taken back"):
        banking.approve(taken_back.pk, by=other, actor=actor)


def test_one_waits_at_a_time(one: Staff, other: Staff, actor: Actor) -> None:
    banking.propose("College", IBAN, by=one, actor=actor)
    with pytest.raises(errors.BankAccountWaits):
        banking.propose("College", FRENCH, by=other, actor=actor)
    assert len(states()) == 1


def test_the_one_that_is_in_force_need_not_be_proposed_again(one: Staff, other: Staff, actor: Actor) -> None:
    banking.approve(banking.propose("College", IBAN, by=one, actor=actor).pk, by=other, actor=actor)
    with pytest.raises(errors.BankAccountUnchanged):
        banking.propose("College", IBAN.lower(), by=one, actor=actor)
    banking.propose("The College Ltd", IBAN, by=one, actor=actor)


def test_two_providers_are_not_paid_to_one_bank_account(one: Staff, other: Staff, actor: Actor) -> None:
    elsewhere = BankAccountFactory(iban="GB29NWBK60161331926819")
    with pytest.raises(errors.BankAccountOfAnother):
        banking.propose("College", IBAN, by=one, actor=actor)
    elsewhere.delete()
    proposed = banking.propose("College", IBAN, by=one, actor=actor)
    BankAccountFactory(iban="GB29NWBK60161331926819")
    with pytest.raises(errors.BankAccountOfAnother):
        banking.approve(proposed.pk, by=other, actor=actor)
    proposed.refresh_from_db()
    assert (proposed.state, proposed.decided_by) == ("proposed", None)


@pytest.mark.parametrize("roles", [[Role.COURSES], [Role.DELIVERY]])
def test_only_those_who_look_after_the_money_decide_about_it(actor: Actor, roles: list[str]) -> None:
    with pytest.raises(errors.MayNotDecideAboutMoney):
        banking.propose("College", IBAN, by=StaffFactory(roles=roles), actor=actor)


def test_whoever_has_left_or_lost_the_role_decides_no_more(one: Staff, other: Staff, actor: Actor) -> None:
    proposed = banking.propose("College", IBAN, by=one, actor=actor)
    Staff.objects.filter(pk=other.pk).update(left_at=now())
    with pytest.raises(errors.MayNotDecideAboutMoney):
        banking.approve(proposed.pk, by=other, actor=actor)
    Staff.objects.filter(pk=other.pk).update(left_at=None, roles=[Role.COURSES])
    with pytest.raises(errors.MayNotDecideAboutMoney):
        banking.approve(proposed.pk, by=other, actor=actor)
    assert states() == [("GB29NWBK60161331926819", "proposed")]


def test_of_another_providers_bank_account_nobody_has_heard(one: Staff, actor: Actor) -> None:
    proposed = BankAccountFactory(proposed=True)
    with pytest.raises(errors.BankAccountNotFound):
        banking.approve(proposed.pk, by=one, actor=actor)


def test_a_provider_that_was_removed_gets_no_bank_account(one: Staff, actor: Actor) -> None:
    Provider.objects.update(state=Provider.State.REMOVED)
    with pytest.raises(errors.ProviderIsGone):
        banking.propose("College", IBAN, by=one, actor=actor)


@pytest.mark.parametrize("state", ["in_force", "declined"])
def test_the_database_keeps_one_person_from_deciding_alone(state: str) -> None:
    person = UserFactory()
    with pytest.raises(IntegrityError, match="decided_by_a_second_person"), transaction.atomic():
        BankAccountFactory(state=state, proposed_by=person, decided_by=person)
    with pytest.raises(IntegrityError, match="decided_by_a_second_person"), transaction.atomic():
        BankAccountFactory(state=state, decided_by=None)


@pytest.mark.parametrize(
    ("given", "wall"),
    [
        ({}, "one_bank_account_in_force_a_provider"),
        ({"proposed": True}, "one_bank_account_proposed_a_provider"),
        ({"state": "withdrawn", "decided_by": None}, "decided_by_a_second_person"),
        ({"state": "stolen"}, "decided_by_a_second_person"),
        ({"state": "replaced"}, "replaced_has_its_time"),
        ({"iban": "gb29"}, "iban_is_one"),
        ({"bic": "x"}, "bic_is_one"),
        ({"holder": ""}, "has_a_holder"),
    ],
)
def test_the_database_knows_what_a_bank_account_is(given: dict[str, object], wall: str) -> None:
    provider = ProviderFactory()
    BankAccountFactory(provider=provider)
    BankAccountFactory(provider=provider, proposed=True)
    with pytest.raises(IntegrityError, match=wall), transaction.atomic():
        BankAccountFactory(provider=provider, **given)
