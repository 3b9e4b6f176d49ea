"""Staffing: who works for a provider. Administrators invite, change roles and take people off; one is always left."""

from __future__ import annotations

import datetime as dt
import hashlib
import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from django.contrib.auth import get_user_model
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from config.walls import walled_by
from ledger import Actor, now, record
from providers import errors, events
from providers.details import read_email
from providers.models import Invitation, Provider, Role, Staff

# How long the link in an invitation's letter can be used.
INVITED_FOR = dt.timedelta(days=7)
# Who is employed twice at the same moment meets this wall.
WALLS = {"nobody_works_for_two_providers_at_once": errors.WorksElsewhere(provider=_("another provider"))}


@dataclass(frozen=True, slots=True)
class Invited:
    """An invitation, and the token of its link: it is told once, to the letter, and kept nowhere."""

    invitation: Invitation
    token: str


def invite(email: str, roles: Iterable[str], *, by: Staff, actor: Actor) -> Invited:
    """Ask somebody to work for the provider of `by`, in these roles. One that waits for the same address is replaced.

    Refuses `OnlyAdministrators`, `EmailWrong`, `RolesWrong`, `WorksHereAlready`, `ProviderIsGone`. Locks the provider.
    """
    with transaction.atomic():
        provider = _lock_as_administrator(by)
        return _invite(provider, email, _known(roles), by.user_id, actor)


def invite_administrator(provider: Provider, email: str, *, user: UUID, actor: Actor) -> Invited:
    """Ask somebody to be the first administrator of a provider that has none, such as one that came with a feed.

    For whoever looks after providers for the schemes, whose id `user` is. Refuses `HasAdministrator`, `EmailWrong`,
    `WorksHereAlready`, `ProviderIsGone`. Locks the provider.
    """
    with transaction.atomic():
        locked = _lock(provider.pk)
        if locked.staff.current().filter(roles__contains=[Role.ADMINISTRATOR]).exists():
            raise errors.HasAdministrator(provider=locked.name)
        return _invite(locked, email, list(Role.values), user, actor)


def withdraw(invitation: UUID, *, by: Staff, actor: Actor) -> Invitation:
    """Take an invitation back; its link is worth nothing any more.

    Refuses `OnlyAdministrators`, `InvitationNotFound`, `InvitationUsed`, `ProviderIsGone`. Locks the provider.
    """
    with transaction.atomic():
        provider = _lock_as_administrator(by)
        found = provider.invitations.filter(pk=invitation).exclude(state=Invitation.State.WITHDRAWN).first()
        if found is None:
            raise errors.InvitationNotFound()
        if found.state == Invitation.State.ACCEPTED:
            raise errors.InvitationUsed()
        return _withdraw(found, actor)


def invitation_of(token: str) -> Invitation:
    """The invitation that this link leads to, if it can be accepted now.

    Refuses `InvitationNotFound`, `InvitationUsed`, `InvitationExpired`, `ProviderIsGone`.
    """
    found = Invitation.objects.filter(token_hash=_hash(token)).select_related("provider", "invited_by").first()
    if found is None or found.state == Invitation.State.WITHDRAWN:
        raise errors.InvitationNotFound()
    if found.state == Invitation.State.ACCEPTED:
        raise errors.InvitationUsed()
    if found.expires_at <= now():
        raise errors.InvitationExpired()
    if found.provider.state == Provider.State.REMOVED:
        raise errors.ProviderIsGone(provider=found.provider.name)
    return found


def accept(token: str, *, user: UUID, actor: Actor) -> Staff:
    """Whoever was invited, signed in with the address that the invitation went to, joins the provider's staff.

    Refuses as `invitation_of`, `InvitationForAnother`, `WorksHereAlready`, `WorksElsewhere`. Locks the provider.
    """
    with transaction.atomic(), walled_by(WALLS):
        provider = _lock(invitation_of(token).provider_id)
        # Read again under the lock: whoever used or withdrew it meanwhile held the provider.
        found = invitation_of(token)
        person = get_user_model().objects.get(pk=user)
        if person.email.lower() != found.email:
            raise errors.InvitationForAnother()
        if provider.staff.current().filter(user=user).exists():
            raise errors.WorksHereAlready()
        refuse_if_employed(user)
        found.state, found.accepted_by, found.ended_at = Invitation.State.ACCEPTED, person, now()
        found.save(update_fields=["state", "accepted_by", "ended_at"])
        staff = Staff.objects.create(provider=provider, user=person, roles=found.roles, joined_at=now())
        record(events.STAFF_JOINED.by(actor, subject=provider.subject, staff=staff.id, user=user, roles=staff.roles))
    return staff


def change_roles(staff: UUID, roles: Iterable[str], *, by: Staff, actor: Actor) -> Staff:
    """Give somebody who works there these roles and no others.

    Refuses `OnlyAdministrators`, `NotOnStaff`, `RolesWrong`, `LastAdministrator`, `ProviderIsGone`. Locks the provider.
    """
    with transaction.atomic():
        provider = _lock_as_administrator(by)
        found, wanted = _current(staff, provider), _known(roles)
        if Role.ADMINISTRATOR not in wanted:
            _refuse_if_last(found, provider)
        before = found.roles
        if wanted != before:
            found.roles = wanted
            found.save(update_fields=["roles"])
            record(
                events.STAFF_ROLES_CHANGED.by(
                    actor,
                    subject=provider.subject,
                    staff=found.id,
                    user=found.user_id,
                    from_roles=before,
                    roles=wanted,
                )
            )
    return found


def leave(staff: UUID, *, by: Staff, actor: Actor) -> Staff:
    """Somebody works there no more: an administrator takes them off, or they go themselves.

    Refuses `OnlyAdministrators` (for anybody but oneself), `NotOnStaff`, `LastAdministrator`. Locks the provider.
    """
    with transaction.atomic():
        provider = Provider.objects.select_for_update(no_key=True).get(pk=by.provider_id)
        if staff != by.pk:
            _refuse_if_no_administrator(by, provider)
        found = _current(staff, provider)
        if provider.state != Provider.State.REMOVED:
            _refuse_if_last(found, provider)
        found.left_at = now()
        found.save(update_fields=["left_at"])
        record(events.STAFF_LEFT.by(actor, subject=provider.subject, staff=found.id, user=found.user_id))
    return found


def refuse_if_employed(user: UUID) -> None:
    """Raises WorksElsewhere for whoever works for a provider now."""
    elsewhere = Staff.objects.current().filter(user=user).select_related("provider").first()
    if elsewhere is not None:
        raise errors.WorksElsewhere(provider=elsewhere.provider.name)


def _invite(provider: Provider, email: str, roles: list[str], user: UUID, actor: Actor) -> Invited:
    address = read_email(email)
    if provider.staff.current().filter(user__email__iexact=address).exists():
        raise errors.WorksHereAlready(field="email")
    for earlier in provider.invitations.waiting().filter(email=address):
        _withdraw(earlier, actor)
    token, moment = secrets.token_urlsafe(32), now()
    invitation = Invitation.objects.create(
        provider=provider,
        email=address,
        roles=roles,
        token_hash=_hash(token),
        invited_by_id=user,
        invited_at=moment,
        expires_at=moment + INVITED_FOR,
    )
    record(events.STAFF_INVITED.by(actor, subject=provider.subject, invitation=invitation.id, roles=roles))
    return Invited(invitation, token)


def _withdraw(invitation: Invitation, actor: Actor) -> Invitation:
    invitation.state, invitation.ended_at = Invitation.State.WITHDRAWN, now()
    invitation.save(update_fields=["state", "ended_at"])
    subject = f"provider:{invitation.provider_id}"
    record(events.INVITATION_WITHDRAWN.by(actor, subject=subject, invitation=invitation.id))
    return invitation


def _lock(provider: UUID) -> Provider:
    locked = Provider.objects.select_for_update(no_key=True).get(pk=provider)
    if locked.state == Provider.State.REMOVED:
        raise errors.ProviderIsGone(provider=locked.name)
    return locked


def _lock_as_administrator(by: Staff) -> Provider:
    provider = _lock(by.provider_id)
    _refuse_if_no_administrator(by, provider)
    return provider


def _refuse_if_no_administrator(by: Staff, provider: Provider) -> None:
    current = provider.staff.current().filter(pk=by.pk).first()
    if current is None or not current.may(Role.ADMINISTRATOR):
        raise errors.OnlyAdministrators()


def _current(staff: UUID, provider: Provider) -> Staff:
    found = provider.staff.current().filter(pk=staff).select_related("user").first()
    if found is None:
        raise errors.NotOnStaff()
    return found


def _refuse_if_last(staff: Staff, provider: Provider) -> None:
    others = provider.staff.current().exclude(pk=staff.pk).filter(roles__contains=[Role.ADMINISTRATOR])
    if staff.may(Role.ADMINISTRATOR) and not others.exists():
        raise errors.LastAdministrator()


def _known(roles: Iterable[str]) -> list[str]:
    """The roles in their usual order, each once. Raises RolesWrong."""
    wanted = set(roles)
    if not wanted or not wanted <= set(Role.values):
        raise errors.RolesWrong(field="roles")
    return [role for role in Role.values if role in wanted]


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
