"""Paying: each fortnight the town's schemes pay its colleges, and the sandbox's bank answers."""

from __future__ import annotations

from stdnum import iban

import ledger
from accounts.models import Scheme, SchemeManager, User
from config.refusals import Refusal
from ledger import Actor
from payments.sandbox import SandboxBank
from providers import banking
from providers.models import Provider, Role, Staff
from town.founding import ACTOR, Town
from vouchers.paying import approving, preparing, sending, settling

# Who looks after the money of each college: what one proposes the other approves.
BURSARS = ("Carys Probert", "Gethin Vaughan")


def pay_colleges(town: Town) -> None:
    """One manager prepares what each scheme owes, another approves it, and the bank pays."""
    for scheme in town.schemes.values():
        prepares, approves = _managers(scheme)
        try:
            run = preparing.prepare(scheme, by=prepares, actor=Actor.user(prepares.pk))
        except Refusal:
            continue  # nothing is owed
        approving.approve(run.pk, by=approves, actor=Actor.user(approves.pk))
        sent = sending.send(run.pk, actor=Actor.user(approves.pk))
        for answer in SandboxBank().answers(sending.file(sent)):
            settling.hear(answer, actor=ACTOR)


def open_bank_accounts(password: str, domain: str) -> None:
    """Each college has two people for its money, and a bank account that both agree about."""
    for place, provider in enumerate(Provider.objects.filter(bank_accounts=None).order_by("name")):
        proposes, approves = (_bursar(provider, name, place, password, domain) for name in BURSARS)
        proposed = banking.propose(
            provider.name, _iban(place), by=proposes, actor=Actor.user(proposes.user_id, acting_for=provider.subject)
        )
        banking.approve(proposed.pk, by=approves, actor=Actor.user(approves.user_id, acting_for=provider.subject))


def _managers(scheme: Scheme) -> list[User]:
    """Two who run the scheme."""
    return [
        each.user for each in SchemeManager.objects.filter(schemes=scheme).select_related("user").order_by("pk")[:2]
    ]


def _bursar(provider: Provider, name: str, place: int, password: str, domain: str) -> Staff:
    email = f"{name.split()[0].lower()}{place + 1}@{domain}"
    user = User.objects.create(email=email, name=name, password=password)
    return Staff.objects.create(provider=provider, user=user, roles=[Role.MONEY], joined_at=ledger.now())


def _iban(place: int) -> str:
    """Of a bank that does not exist; its check digits are right."""
    inner = f"TOWN{place + 1:014d}"
    return f"GB{iban.calc_check_digits(f'GB00{inner}')}{inner}"
