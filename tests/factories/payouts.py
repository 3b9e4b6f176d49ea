"""Payouts in the situations that tests begin from, made by the room's own capabilities."""

from __future__ import annotations

import itertools
from typing import Any

from stdnum import iban

import ledger
from accounts.models import Scheme, User
from config.ids import uuid7
from ledger import Actor
from payments.sandbox import SandboxBank
from providers import registering
from providers.models import BankAccount, Provider, StateChange
from providers.registering import Because
from tests.factories.providers import BankAccountFactory, ProviderFactory
from tests.factories.vouchers import a_scheme, vouchers
from vouchers.models import Redemption, State
from vouchers.paying import approving, preparing, sending, settling
from vouchers.paying.settling import Heard
from vouchers.payouts import Payout, PayoutRun

ACTOR = Actor.system("test")
# How an IBAN ends that the sandbox's bank refuses, and one that it pays and gets the money back from.
REFUSED, COMES_BACK = "9991", "9994"
_numbers = itertools.count(1)


def somebody() -> User:
    return User.objects.create_user(f"{uuid7().hex}@scheme.example", name="Gwen Parry")


def an_iban(ending: str = "0000") -> str:
    """One of its own, that ends so and whose check digits are right."""
    inner = f"TEST60{next(_numbers):08d}{ending}"
    return f"GB{iban.calc_check_digits(f'GB00{inner}')}{inner}"


def a_bank_account(provider: Provider, ending: str = "0000") -> BankAccount:
    """The account that the provider is paid to from now on."""
    in_force = BankAccount.objects.in_force().filter(provider=provider)
    in_force.update(state=BankAccount.State.REPLACED, replaced_at=ledger.now())
    account: BankAccount = BankAccountFactory(provider=provider, holder=provider.name, iban=an_iban(ending))
    return account


def a_provider(ending: str = "0000", **facts: Any) -> Provider:
    """A provider that can be paid."""
    provider: Provider = ProviderFactory(**facts)
    a_bank_account(provider, ending)
    return provider


def redeemed(provider: Provider, count: int = 1, *, worth: int = 120_00) -> list[Redemption]:
    """What the scheme owes the provider for so many vouchers, all of their milestones: the oldest first."""
    made = vouchers(count, provider=provider, state=State.CLOSED, worth=worth)
    return list(Redemption.objects.filter(voucher__in=made).order_by("pk"))


def suspend(provider: Provider) -> None:
    registering.suspend(provider, ACTOR, because=Because(StateChange.Reason.QUALITY, "Three complaints."))


def release(provider: Provider) -> None:
    registering.activate(provider, ACTOR, because=Because(StateChange.Reason.CLEARED, "All was as it should be."))


def prepared(scheme: Scheme | None = None) -> PayoutRun:
    return preparing.prepare(scheme or a_scheme(), by=somebody(), actor=ACTOR)


def approved(scheme: Scheme | None = None) -> PayoutRun:
    return approving.approve(prepared(scheme).pk, by=somebody(), actor=ACTOR)


def sent(scheme: Scheme | None = None) -> PayoutRun:
    return sending.send(approved(scheme).pk, actor=ACTOR)


def settled(scheme: Scheme | None = None) -> PayoutRun:
    """A run that the sandbox's bank has answered in full."""
    run = sent(scheme)
    answered(run)
    run.refresh_from_db()
    return run


def answered(run: PayoutRun) -> list[Heard]:
    return [settling.hear(answer, actor=ACTOR) for answer in SandboxBank().answers(sending.file(run))]


def payout_of(run: PayoutRun, provider: Provider) -> Payout:
    return run.payouts.get(provider=provider)
