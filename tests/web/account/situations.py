"""People with more than a password to sign in with."""

from __future__ import annotations

from allauth.account.models import EmailAddress
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP

from accounts.models import Learner

SECRET = "JBSWY3DPEHPK3PXP"


def with_an_app(learner: Learner) -> None:
    """They have an authenticator app, and ten codes on paper; their address is known for theirs."""
    assert learner.user is not None
    EmailAddress.objects.get_or_create(user=learner.user, email=learner.user.email, verified=True, primary=True)
    TOTP.activate(learner.user, SECRET)
    RecoveryCodes.activate(learner.user)


def with_a_sheet(learner: Learner) -> list[str]:
    """They have ten codes on paper, and nothing else beside their password."""
    assert learner.user is not None
    EmailAddress.objects.get_or_create(user=learner.user, email=learner.user.email, verified=True, primary=True)
    return RecoveryCodes.activate(learner.user).get_unused_codes()
