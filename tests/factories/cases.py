"""Cases in the situations that tests begin from, made by the room's own capabilities."""

from __future__ import annotations

from typing import Any

from accounts.models import Scheme, User
from config.ids import uuid7
from tests.factories.accounts import a_manager
from tests.factories.vouchers import ACTOR, a_voucher
from vouchers import contesting, mediating
from vouchers.models import Case, Voucher


def a_mediator(scheme: Scheme) -> User:
    """Somebody who runs the scheme and had no hand in anything."""
    return a_manager(scheme).user


def not_me(voucher: Voucher | None = None, **situation: Any) -> Case:
    """A case about a voucher that its learner says was not them."""
    voucher = voucher or a_voucher(**situation)
    return contesting.not_me(voucher.pk, learner=voucher.learner, actor=ACTOR)


def taken(case: Case) -> tuple[Case, User]:
    """The same with a mediator, and who that is."""
    mediator = a_mediator(case.scheme)
    return mediating.take(case.pk, by=mediator, scheme=case.scheme, actor=ACTOR), mediator


def settled(case: Case, *, upheld: bool, by: User | None = None) -> Case:
    """The same, decided."""
    mediator = by or taken(case)[1]
    return mediating.settle(
        case.pk, upheld=upheld, reasons="We looked into it.", by=mediator, scheme=case.scheme, actor=ACTOR
    )


def recovered(case: Case, *, from_provider: bool) -> Case:
    """The same, with what becomes of the provider's side decided."""
    return mediating.recover(
        case.pk,
        from_provider=from_provider,
        reasons="We asked them.",
        by=a_mediator(case.scheme),
        scheme=case.scheme,
        actor=ACTOR,
    )


def nobody_in_particular() -> User:
    return User.objects.create_user(f"{uuid7().hex}@elsewhere.example", name="Nobody")
