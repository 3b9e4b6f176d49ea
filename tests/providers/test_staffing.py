"""Who works for a provider: invited once, by an administrator, and never left without one."""

from __future__ import annotations

import hashlib

import pytest
from django.db import IntegrityError, transaction

from config.refusals import Refusal
from ledger import Actor, now
from ledger.models import Event
from providers import errors, staffing
from providers.models import Invitation, Provider, Role, Staff
from tests.factories.providers import ProviderFactory, StaffFactory, UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def mair() -> Staff:
    return StaffFactory(roles=[Role.ADMINISTRATOR])


def kinds() -> list[str]:
    return list(Event.objects.order_by("id").values_list("kind", flat=True))


def test_somebody_is_invited_and_joins_once(mair: Staff, actor: Actor) -> None:
    invited = staffing.invite(" Tomos@College.example ", ["money", "courses"], by=mair, actor=actor)
    tomos = UserFactory(email="tomos@college.example")
    staff = staffing.accept(invited.token, user=tomos.pk, actor=actor)
    assert (staff.provider, staff.user, staff.roles) == (mair.provider, tomos, ["courses", "money"])
    stored = Invitation.objects.get()
    assert (stored.state, stored.accepted_by, stored.email) == ("accepted", tomos, "tomos@college.example")
    assert kinds() == ["staff.invited", "staff.joined"]
    with pytest.raises(errors.InvitationUsed):
        staffing.accept(invited.token, user=UserFactory().pk, actor=actor)
    assert Staff.objects.count() == 2


def test_the_token_is_kept_nowhere(mair: Staff, actor: Actor) -> None:
    invited = staffing.invite("tomos@college.example", ["money"], by=mair, actor=actor)
    assert Invitation.objects.get().token_hash == hashlib.sha256(invited.token.encode()).hexdigest()
    assert len(invited.token) >= 40
    told = str(list(Event.objects.values_list("data", flat=True)))
    assert invited.token not in told
    assert "tomos" not in told


def test_whoever_has_left_and_is_invited_may_come_back(mair: Staff, actor: Actor) -> None:
    gone = StaffFactory(provider=mair.provider, left_at=now())
    invited = staffing.invite(gone.user.email, ["delivery"], by=mair, actor=actor)
    assert staffing.accept(invited.token, user=gone.user_id, actor=actor).roles == ["delivery"]


def test_its_time_runs_out(mair: Staff, actor: Actor, clock) -> None:
    invited = staffing.invite("tomos@college.example", ["money"], by=mair, actor=actor)
    tomos = UserFactory(email="tomos@college.example")
    clock.move_by(days=7)
    with pytest.raises(errors.InvitationExpired):
        staffing.accept(invited.token, user=tomos.pk, actor=actor)
    assert not Staff.objects.filter(user=tomos).exists()


def test_an_invitation_that_was_taken_back_or_sent_again_is_worth_nothing(mair: Staff, actor: Actor) -> None:
    first = staffing.invite("tomos@college.example", ["money"], by=mair, actor=actor)
    second = staffing.invite("tomos@college.example", ["money"], by=mair, actor=actor)
    staffing.withdraw(second.invitation.pk, by=mair, actor=actor)
    tomos = UserFactory(email="tomos@college.example")
    for token in (first.token, second.token, "", "no such token", "\x00"):
        with pytest.raises(errors.InvitationNotFound):
            staffing.accept(token, user=tomos.pk, actor=actor)
    assert kinds() == ["staff.invited", "staff.invitation_withdrawn"] * 2


def test_only_the_address_that_was_invited_can_accept(mair: Staff, actor: Actor) -> None:
    invited = staffing.invite("tomos@college.example", ["money"], by=mair, actor=actor)
    with pytest.raises(errors.InvitationForAnother):
        staffing.accept(invited.token, user=UserFactory().pk, actor=actor)
    assert Invitation.objects.get().state == "sent"


def test_nobody_is_employed_by_two(mair: Staff, actor: Actor) -> None:
    elsewhere = StaffFactory(provider=ProviderFactory(name="Bridge College"))
    invited = staffing.invite(elsewhere.user.email, ["money"], by=mair, actor=actor)
    with pytest.raises(errors.WorksElsewhere, match="Bridge College"):
        staffing.accept(invited.token, user=elsewhere.user_id, actor=actor)
    assert Invitation.objects.get().state == "sent"


def test_a_provider_that_was_removed_takes_nobody_on(mair: Staff, actor: Actor) -> None:
    invited = staffing.invite("tomos@college.example", ["money"], by=mair, actor=actor)
    Provider.objects.update(state=Provider.State.REMOVED)
    with pytest.raises(errors.ProviderIsGone):
        staffing.accept(invited.token, user=UserFactory(email="tomos@college.example").pk, actor=actor)
    with pytest.raises(errors.ProviderIsGone):
        staffing.invite("dai@college.example", ["money"], by=mair, actor=actor)


@pytest.mark.parametrize(
    ("email", "roles", "code", "field"),
    [
        ("not an address", ["money"], "email_wrong", "email"),
        ("a\nb@college.example", ["money"], "email_wrong", "email"),
        ("dai@college.example", [], "roles_wrong", "roles"),
        ("dai@college.example", ["owner"], "roles_wrong", "roles"),
    ],
)
def test_an_invitation_that_is_not_in_order_is_refused(
    mair: Staff, actor: Actor, email: str, roles: list[str], code: str, field: str
) -> None:
    with pytest.raises(Refusal) as refused:
        staffing.invite(email, roles, by=mair, actor=actor)
    assert (refused.value.code, refused.value.field) == (code, field)
    assert (Invitation.objects.count(), kinds()) == (0, [])


def test_whoever_works_there_is_not_invited_again(mair: Staff, actor: Actor) -> None:
    with pytest.raises(errors.WorksHereAlready):
        staffing.invite(mair.user.email.upper(), ["money"], by=mair, actor=actor)


def test_only_an_administrator_decides_about_staff(mair: Staff, actor: Actor) -> None:
    tomos = StaffFactory(provider=mair.provider, roles=[Role.MONEY, Role.COURSES, Role.DELIVERY])
    invitation = staffing.invite("dai@college.example", ["money"], by=mair, actor=actor).invitation
    for attempt in (
        lambda: staffing.invite("eve@college.example", ["administrator"], by=tomos, actor=actor),
        lambda: staffing.change_roles(tomos.pk, ["administrator"], by=tomos, actor=actor),
        lambda: staffing.leave(mair.pk, by=tomos, actor=actor),
        lambda: staffing.withdraw(invitation.pk, by=tomos, actor=actor),
    ):
        with pytest.raises(errors.OnlyAdministrators):
            attempt()
    assert kinds() == ["staff.invited"]


def test_an_administrator_of_another_provider_is_nobody_here(mair: Staff, actor: Actor) -> None:
    stranger = StaffFactory()
    invitation = staffing.invite("dai@college.example", ["money"], by=mair, actor=actor).invitation
    with pytest.raises(errors.NotOnStaff):
        staffing.change_roles(mair.pk, ["money"], by=stranger, actor=actor)
    with pytest.raises(errors.NotOnStaff):
        staffing.leave(mair.pk, by=stranger, actor=actor)
    with pytest.raises(errors.InvitationNotFound):
        staffing.withdraw(invitation.pk, by=stranger, actor=actor)
    mair.refresh_from_db()
    assert (mair.left_at, mair.roles) == (None, ["administrator"])


def test_roles_change_and_an_event_says_so_once(mair: Staff, actor: Actor) -> None:
    tomos = StaffFactory(provider=mair.provider, roles=[Role.COURSES])
    staffing.change_roles(tomos.pk, ["money", "courses"], by=mair, actor=actor)
    staffing.change_roles(tomos.pk, ["courses", "money"], by=mair, actor=actor)
    tomos.refresh_from_db()
    assert tomos.roles == ["courses", "money"]
    [event] = Event.objects.all()
    assert (event.kind, event.data["from_roles"], event.data["roles"]) == (
        "staff.roles_changed",
        ["courses"],
        ["courses", "money"],
    )


def test_the_last_administrator_stays_until_there_is_another(mair: Staff, actor: Actor) -> None:
    tomos = StaffFactory(provider=mair.provider, roles=[Role.MONEY])
    StaffFactory(provider=mair.provider, roles=[Role.ADMINISTRATOR], left_at=now())
    for attempt in (
        lambda: staffing.leave(mair.pk, by=mair, actor=actor),
        lambda: staffing.change_roles(mair.pk, ["money"], by=mair, actor=actor),
    ):
        with pytest.raises(errors.LastAdministrator):
            attempt()
    assert kinds() == []
    staffing.change_roles(tomos.pk, ["administrator"], by=mair, actor=actor)
    staffing.leave(mair.pk, by=mair, actor=actor)
    assert kinds() == ["staff.roles_changed", "staff.left"]
    assert list(Staff.objects.current()) == [tomos]


def test_anybody_may_leave_and_is_then_on_no_staff(mair: Staff, actor: Actor) -> None:
    tomos = StaffFactory(provider=mair.provider, roles=[Role.COURSES])
    staffing.leave(tomos.pk, by=tomos, actor=actor)
    with pytest.raises(errors.NotOnStaff):
        staffing.leave(tomos.pk, by=mair, actor=actor)


def test_a_provider_that_came_with_a_feed_gets_its_first_administrator(actor: Actor) -> None:
    provider, manager = ProviderFactory(), UserFactory()
    invited = staffing.invite_administrator(provider, "mair@college.example", user=manager.pk, actor=actor)
    mair = UserFactory(email="mair@college.example")
    assert staffing.accept(invited.token, user=mair.pk, actor=actor).roles == list(Role.values)
    with pytest.raises(errors.HasAdministrator):
        staffing.invite_administrator(provider, "eve@college.example", user=manager.pk, actor=actor)


def test_the_database_knows_one_invitation_an_address_at_a_time(mair: Staff, actor: Actor) -> None:
    first = staffing.invite("dai@college.example", ["money"], by=mair, actor=actor).invitation
    first.pk, first.token_hash = None, "0" * 64
    with pytest.raises(IntegrityError, match="one_invitation_an_address"), transaction.atomic():
        first.save(force_insert=True)
