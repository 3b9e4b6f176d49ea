"""Banking: where a provider is paid. One person proposes a bank account, a second one puts it in force."""

from __future__ import annotations

from uuid import UUID

from django.db import transaction

from config.walls import walled_by
from ledger import Actor, now, record
from providers import errors, events
from providers.feeds.plain_text import one_line
from providers.models import BankAccount, Provider, Role, Staff
from providers.numbers import read_bic, read_iban

State = BankAccount.State
LONGEST_HOLDER = 140
DECIDES = (Role.ADMINISTRATOR, Role.MONEY)


def propose(holder: str, iban: str, bic: str = "", *, by: Staff, actor: Actor) -> BankAccount:
    """Ask for this to be the bank account that the provider is paid to. Nothing changes until a second person agrees.

    Refuses `MayNotDecideAboutMoney`, `HolderMissing`, `TextTooLong`, `IbanWrong`, `BicWrong`, `BankAccountUnchanged`,
    `BankAccountOfAnother`, `BankAccountWaits`, `ProviderIsGone`. Locks the provider.
    """
    with transaction.atomic():
        provider = _lock(by)
        proposed = _judge(holder, iban, bic)
        if provider.bank_accounts.waiting().exists():
            raise errors.BankAccountWaits()
        held = BankAccount.objects.in_force().filter(iban=proposed.iban).first()
        if held is not None and held.provider_id != provider.pk:
            raise errors.BankAccountOfAnother(field="iban")
        if held is not None and (held.holder, held.bic) == (proposed.holder, proposed.bic):
            raise errors.BankAccountUnchanged(field="iban")
        proposed.provider, proposed.proposed_by, proposed.proposed_at = provider, by.user, now()
        with walled_by({"one_bank_account_proposed_a_provider": errors.BankAccountWaits()}):
            proposed.save()
        record(events.BANK_ACCOUNT_PROPOSED.by(actor, subject=provider.subject, bank_account=proposed.id))
    return proposed


def approve(bank_account: UUID, *, by: Staff, actor: Actor) -> BankAccount:
    """The second person agrees: payouts go to this bank account from now on, and the one before is kept as replaced.

    Refuses `MayNotDecideAboutMoney`, `BankAccountNotFound`, `BankAccountDecided`, `BankAccountNeedsSecondPerson`,
    `BankAccountOfAnother`, `ProviderIsGone`. Locks the provider.
    """
    with transaction.atomic():
        provider = _lock(by)
        found = _waiting(bank_account, provider)
        if found.proposed_by_id == by.user_id:
            raise errors.BankAccountNeedsSecondPerson()
        before = provider.bank_accounts.in_force().first()
        if before is not None:
            before.state, before.replaced_at = State.REPLACED, now()
            before.save(update_fields=["state", "replaced_at"])
        with walled_by({"one_provider_a_bank_account": errors.BankAccountOfAnother()}):
            _decide(found, State.IN_FORCE, by)
        record(
            events.BANK_ACCOUNT_APPROVED.by(
                actor, subject=provider.subject, bank_account=found.id, replaces=before.id if before else None
            )
        )
    return found


def decline(bank_account: UUID, *, by: Staff, actor: Actor) -> BankAccount:
    """The second person does not agree; what was in force stays. Refuses and locks as `approve` does."""
    with transaction.atomic():
        provider = _lock(by)
        found = _waiting(bank_account, provider)
        if found.proposed_by_id == by.user_id:
            raise errors.BankAccountNeedsSecondPerson()
        _decide(found, State.DECLINED, by)
        record(events.BANK_ACCOUNT_DECLINED.by(actor, subject=provider.subject, bank_account=found.id))
    return found


def withdraw(bank_account: UUID, *, by: Staff, actor: Actor) -> BankAccount:
    """Whoever proposed a bank account takes it back. Refuses `BankAccountNotFound` (also a colleague's),
    `BankAccountDecided`, `MayNotDecideAboutMoney`, `ProviderIsGone`. Locks the provider."""
    with transaction.atomic():
        provider = _lock(by)
        found = _waiting(bank_account, provider)
        if found.proposed_by_id != by.user_id:
            raise errors.BankAccountNotFound()
        _decide(found, State.WITHDRAWN, by)
        record(events.BANK_ACCOUNT_WITHDRAWN.by(actor, subject=provider.subject, bank_account=found.id))
    return found


def _judge(holder: str, iban: str, bic: str) -> BankAccount:
    held_by, number, bank = one_line(holder), read_iban(iban), read_bic(bic) if bic.strip() else ""
    if not held_by:
        raise errors.HolderMissing(field="holder")
    if len(held_by) > LONGEST_HOLDER:
        raise errors.TextTooLong(
            field="holder", what="account holder's name", characters=len(held_by), most=LONGEST_HOLDER
        )
    if number is None:
        raise errors.IbanWrong(field="iban")
    if bank is None:
        raise errors.BicWrong(field="bic")
    return BankAccount(holder=held_by, iban=number, bic=bank)


def _lock(by: Staff) -> Provider:
    """The provider of somebody who works there still and may decide about its money, locked."""
    provider = Provider.objects.select_for_update(no_key=True).get(pk=by.provider_id)
    current = provider.staff.current().filter(pk=by.pk).first()
    if current is None or not any(current.may(role) for role in DECIDES):
        raise errors.MayNotDecideAboutMoney()
    if provider.state == Provider.State.REMOVED:
        raise errors.ProviderIsGone(provider=provider.name)
    return provider


def _waiting(bank_account: UUID, provider: Provider) -> BankAccount:
    found = provider.bank_accounts.filter(pk=bank_account).select_related("proposed_by").first()
    if found is None:
        raise errors.BankAccountNotFound()
    if found.state != State.PROPOSED:
        raise errors.BankAccountDecided(state=found.get_state_display())
    return found


def _decide(found: BankAccount, state: State, by: Staff) -> None:
    found.state, found.decided_by, found.decided_at = state, by.user, now()
    with walled_by({"bank_account_is_decided_by_a_second_person": errors.BankAccountNeedsSecondPerson()}):
        found.save(update_fields=["state", "decided_by", "decided_at"])
