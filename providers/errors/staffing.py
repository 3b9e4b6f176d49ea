"""What is said no with about who works for a provider."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from config.refusals import Refusal


class OnlyAdministrators(Refusal):
    code = "only_administrators"
    status = 403
    says = _("Only an administrator of the organisation may do this.")


class RolesWrong(Refusal):
    code = "roles_wrong"
    status = 422
    says = _("Choose at least one of the roles that are offered.")


class LastAdministrator(Refusal):
    code = "last_administrator"
    says = _("The organisation would be left without an administrator.")
    do = _("Make somebody else an administrator first.")


class HasAdministrator(Refusal):
    code = "has_administrator"
    says = _("“{provider}” has an administrator, who invites its other staff.")


class NotOnStaff(Refusal):
    code = "not_on_staff"
    status = 404
    says = _("Nobody of this name works for your organisation now.")


class WorksHereAlready(Refusal):
    code = "works_here_already"
    says = _("This person works for the organisation already.")


class WorksElsewhere(Refusal):
    code = "works_elsewhere"
    says = _("You work for “{provider}”, and nobody can work for two providers at once.")
    do = _("Have an administrator there take you off its staff first.")


class InvitationNotFound(Refusal):
    code = "invitation_not_found"
    status = 404
    says = _("This invitation does not exist, or it was taken back.")
    do = _("Ask whoever invited you for a new one.")


class InvitationUsed(Refusal):
    code = "invitation_used"
    says = _("This invitation has been accepted already. Each can be used once.")


class InvitationExpired(Refusal):
    code = "invitation_expired"
    says = _("The time of this invitation is over.")
    do = _("Ask whoever invited you for a new one.")


class InvitationForAnother(Refusal):
    code = "invitation_for_another"
    status = 403
    says = _("This invitation was sent to another e-mail address than the one you signed in with.")
    do = _("Sign in with the address that it was sent to.")
