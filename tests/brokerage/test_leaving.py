"""Leaving: the person is gone, at once or when nobody can claim anything back; the ledger is as it was."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any
from uuid import UUID

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount
from django.apps import apps
from django.db import IntegrityError, connection, transaction

from accounts.models import Departure, Learner, Purse, User
from brokerage import leaving
from brokerage.errors import StillOpen
from brokerage.models import Consultation, Request
from brokerage.progress import evidencing, writing
from brokerage.progress.models import Goal
from config import personal
from ledger import balances, today
from ledger.models import Event
from payments.models import CardRefund
from tests.factories.brokerage import a_request, an_adviser
from tests.factories.payments import refund_event, signed
from tests.factories.vouchers import ACTOR, a_scheme, a_voucher, learning_accounts
from vouchers import complaining, copayment, ending
from vouchers.cards import refunding
from vouchers.models import State

pytestmark = pytest.mark.django_db
OURS = ("accounts", "brokerage", "payments", "vouchers", "web")
# Tables that say nothing of a learner: of schemes, organisations, staff, and what passed between systems.
OF_OTHERS = {
    *("accounts.SchemeManager", "accounts.Scheme", "accounts.RuleVersion", "accounts.RuleProposal"),
    *("accounts.Sponsor", "accounts.BudgetWarning", "brokerage.GuidanceOrganisation", "brokerage.Adviser"),
    *("brokerage.Slot", "brokerage.AnonymousTalk", "brokerage.Away"),
    *("brokerage.QualityMark", "brokerage.MarkWithdrawal", "brokerage.GroupOffer", "brokerage.Rung"),
    *("brokerage.Trial", "brokerage.Stratum", "payments.BankAnswer"),
    *("brokerage.ProposalOutcome", "brokerage.SaidAndDone", "brokerage.MarketFigure"),
    *("payments.SandboxSession", "payments.SandboxRefund", "payments.SandboxDelivery", "vouchers.Payable"),
    *("payments.GatewayPayout", "payments.SandboxPayout", "payments.SandboxEntry", "vouchers.CardPayoutShare"),
    *("vouchers.PayoutRun", "vouchers.Payout", "vouchers.LeftOut", "web.MailboxMessage"),
}


def leave(learner: Learner) -> Departure:
    return leaving.leave(learner.pk, actor=ACTOR)


def somebody() -> Learner:
    """A learner with £200, a goal, an adviser's note and a request that waits, for whom nothing was ever paid."""
    asked = a_request(policy="structured")
    learner = asked.learner
    writing.add_goal("Keep bees", "For honey.", learner=learner, actor=ACTOR)
    return learner


def test_every_table_of_ours_is_said_to_be_about_learners_or_not() -> None:
    ours = {model._meta.label for model in apps.get_models() if model._meta.app_label in OURS}
    said = {each.table for each in personal.kept()}
    assert ours - said == OF_OTHERS
    assert not said & OF_OTHERS


def test_nothing_was_paid_so_the_person_is_gone_at_once(books: Callable[[], dict[UUID, int]]) -> None:
    learner = somebody()
    name, user = learner.name, learner.user
    total = sum(books().values())
    departure = leave(learner)
    learner.refresh_from_db()
    assert departure.erase_on == today()
    assert (learner.user, learner.given_name, learner.date_of_birth, learner.postcode) == (None, "", None, "")
    assert learner.name == "Somebody who has left"
    user.refresh_from_db()
    assert (user.is_active, user.name, user.email) == (False, "", f"{user.pk}@erased.invalid")
    assert not Goal.objects.exists()
    assert Request.objects.get(learner=learner).state == "withdrawn"
    assert {purse.state for purse in Purse.objects.filter(learning_account__learner=learner)} == {"expired"}
    assert sum(books().values()) == total
    assert name not in everything_said()


def test_the_purse_s_money_goes_back_to_the_pot() -> None:
    [account] = learning_accounts(1)
    purse, pot = Purse.objects.get(), account.scheme.pot_id
    before = balances([purse.ledger_account_id, pot])
    assert before[purse.ledger_account_id] == 200_00
    leave(account.learner)
    assert balances([purse.ledger_account_id, pot]) == {purse.ledger_account_id: 0, pot: before[pot] + 200_00}


def test_what_was_paid_for_keeps_who_it_was_for_six_years_and_no_longer(clock: Any) -> None:
    learner = a_voucher(state=State.CLOSED).learner
    consulted(learner)
    departure = leave(learner)
    assert departure.erase_on == years_on(6)
    learner.refresh_from_db()
    assert (learner.name, learner.user.is_active, learner.benefits) == ("Megan Rees", False, [])
    assert Consultation.objects.get().note == personal.ERASED
    assert leaving.erase_due(actor=ACTOR) == 0
    clock.move_to(dt.datetime.combine(departure.erase_on, dt.time(12), dt.UTC))
    assert leaving.erase_due(actor=ACTOR) == 1
    assert leaving.erase_due(actor=ACTOR) == 0
    learner.refresh_from_db()
    assert learner.name == "Somebody who has left"
    assert "Megan" not in everything_said()
    assert [event.kind for event in Event.objects.filter(subject=learner.subject).order_by("id")][-2:] == [
        "learner.left",
        "learner.erased",
    ]


@pytest.mark.parametrize("state", [State.RESERVED, State.ISSUED, State.STARTED, State.COMPLETED])
def test_nobody_leaves_a_voucher_behind(state: State, books: Callable[[], dict[UUID, int]]) -> None:
    learner = a_voucher(state=state, own=state == State.RESERVED).learner
    before = books()
    with pytest.raises(StillOpen):
        leave(learner)
    assert books() == before
    assert not Departure.objects.exists()
    assert User.objects.get(learner=learner).is_active


def test_nobody_leaves_money_behind_that_did_not_reach_their_card() -> None:
    voucher = a_voucher(own=True)
    ending.withdraw(voucher.pk, learner=voucher.learner, actor=ACTOR)
    refund = CardRefund.objects.get()
    with pytest.raises(StillOpen):
        leave(voucher.learner)
    copayment.hear(*signed(refund_event(refund, "failed")))
    with pytest.raises(StillOpen):
        leave(voucher.learner)
    refunding.paid_by_hand(refund.pk, "FT 1", scheme=a_scheme(), actor=ACTOR)
    assert leave(voucher.learner).learner == voucher.learner


def test_nobody_leaves_a_case_behind() -> None:
    [account] = learning_accounts(1)
    complaining.complain("service", "Slow!", learner=account.learner, account=account.pk, actor=ACTOR)
    with pytest.raises(StillOpen):
        leave(account.learner)


def test_leaving_twice_is_leaving_once() -> None:
    [account] = learning_accounts(1)
    assert leave(account.learner) == leave(account.learner)
    assert Event.objects.filter(kind="learner.left").count() == 1


def test_an_adviser_who_also_learned_stays_an_adviser() -> None:
    [account] = learning_accounts(1)
    adviser = an_adviser("Rhys Morgan")
    Learner.objects.filter(pk=account.learner_id).update(user=adviser.user)
    leave(account.learner)
    adviser.user.refresh_from_db()
    assert (adviser.user.is_active, adviser.user.name) == (True, "Rhys Morgan")


def test_how_an_adviser_signs_in_stays_as_safe_as_it_was_when_they_leave_as_a_learner() -> None:
    [account] = learning_accounts(1)
    adviser = an_adviser("Rhys Morgan")
    Learner.objects.filter(pk=account.learner_id).update(user=adviser.user)
    EmailAddress.objects.create(user=adviser.user, email=adviser.user.email, verified=True, primary=True)
    Authenticator.objects.create(user=adviser.user, type=Authenticator.Type.TOTP, data={})
    SocialAccount.objects.create(user=adviser.user, provider="gov", uid="1")
    leave(Learner.objects.get(pk=account.learner_id))
    for kept in (EmailAddress, Authenticator, SocialAccount):
        assert kept.objects.filter(user=adviser.user).exists()


def test_nothing_stays_of_how_a_learner_alone_signed_in() -> None:
    [account] = learning_accounts(1)
    user = account.learner.user
    EmailAddress.objects.get_or_create(user=user, email=user.email, verified=True, primary=True)
    Authenticator.objects.create(user=user, type=Authenticator.Type.TOTP, data={})
    SocialAccount.objects.create(user=user, provider="gov", uid="1")
    leave(account.learner)
    for gone in (EmailAddress, Authenticator, SocialAccount):
        assert not gone.objects.filter(user=user).exists()


def test_the_file_has_everything_and_no_secret() -> None:
    learner = somebody()
    told = leaving.everything(learner)
    assert [row["title"] for row in told["kept"]["brokerage.Goal"]] == ["Keep bees"]
    assert told["kept"]["accounts.Learner"][0]["given_name"] == learner.given_name
    assert "password" not in told["kept"]["accounts.User"][0]
    assert [(line["kind"], line["amount_minor"]) for line in told["movements"]] == [("award", 200_00)]


def test_a_file_of_theirs_goes_with_them(django_capture_on_commit_callbacks: Any) -> None:
    [account] = learning_accounts(1)
    content = b"%PDF-1.4\nwords\n%%EOF\n"
    piece = evidencing.keep("My certificate", content, learner=account.learner, actor=ACTOR)
    storage, name = piece.document.storage, piece.document.name
    assert [file.name for file in personal.files(account.learner_id)] == [name]
    with django_capture_on_commit_callbacks(execute=True):
        leave(account.learner)
    assert not storage.exists(name)


def test_the_database_knows_no_half_erased_learner() -> None:
    [account] = learning_accounts(1)
    with pytest.raises(IntegrityError, match="learner_is_somebody_or_erased"), transaction.atomic():
        Learner.objects.filter(pk=account.learner_id).update(date_of_birth=None)


def consulted(learner: Learner) -> None:
    Consultation.objects.create(
        learner=learner,
        adviser=an_adviser("Rhys Morgan"),
        channel="phone",
        held_at=leaving.ledger.now(),
        minutes=20,
        note="Megan wants to keep books.",
    )


def years_on(years: int) -> dt.date:
    day = today()
    return day.replace(year=day.year + years)


def everything_said() -> str:
    """Every row of every table about learners, and every event, as text."""
    rows = [str(list(each.model._default_manager.values())) for each in personal.kept()]
    with connection.cursor() as cursor:
        cursor.execute("SELECT string_agg(data::text, ' ') FROM ledger_event")
        [said] = cursor.fetchone()
    return " ".join([*rows, said or ""])
