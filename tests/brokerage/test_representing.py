"""Representatives: invited and accepted by the right person, held to their limits, and never in the learner's place."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.db import IntegrityError, transaction

import ledger
from accounts.models import Learner, LearningAccount, User
from accounts.schemes import current_rules, publish_rules
from brokerage import buying, errors, leaving, representing
from brokerage.models import Representative, Request
from brokerage.representing import limits, rules_of
from brokerage.requesting import Draft
from config.ids import uuid7
from config.refusals import Refusal
from ledger import Actor
from ledger.models import Event, Transfer
from tests.factories.accounts import a_manager
from tests.factories.brokerage import a_request, an_adviser
from tests.factories.providers import StaffFactory
from tests.factories.vouchers import ACTOR, a_scheme, learning_accounts
from vouchers.models import State, Voucher

pytestmark = pytest.mark.django_db


def somebody(name: str = "Pat Carer") -> User:
    return User.objects.create_user(f"{uuid7().hex}@carer.example", name=name)


def invited(learner: Learner, user: User, *, may_ask: bool = True, spends_minor: int = 200_00) -> str:
    return representing.invite(
        user.email.upper(), may_ask=may_ask, spends_minor=spends_minor, learner=learner, actor=ACTOR
    ).token


def acts_for(learner: Learner, **may: Any) -> Representative:
    user = somebody()
    return representing.accept(invited(learner, user, **may), by=user, actor=ACTOR)


def acting(by: Representative) -> Actor:
    assert by.user_id
    return Actor.user(by.user_id, on_behalf_of=by.learner.subject)


def make_young(learner: Learner) -> None:
    Learner.objects.filter(pk=learner.pk).update(date_of_birth=ledger.today() - dt.timedelta(days=15 * 366))


def for_the_young(**young: Any) -> None:
    scheme = a_scheme()
    now = current_rules({scheme.pk}, ledger.today())[scheme.pk]
    publish_rules(scheme, now.rules | {"young": young}, valid_from=ledger.today(), source="a test", actor=ACTOR)


@pytest.fixture
def asked() -> Request:
    """A request of £150 that may be bought."""
    return a_request(policy="open", worth=150_00)


@pytest.fixture
def learner(asked: Request) -> Learner:
    return asked.learner


def test_whoever_was_invited_accepts_with_their_own_address_once(learner: Learner) -> None:
    user, stranger = somebody(), somebody()
    token = invited(learner, user, may_ask=False, spends_minor=0)
    kept = Representative.objects.get()
    assert (kept.state, kept.user, kept.email, kept.currency) == ("invited", None, user.email, "GBP")
    assert token not in kept.token_hash
    with pytest.raises(errors.RepresentsAnother):
        representing.accept(token, by=stranger, actor=ACTOR)
    kept = representing.accept(token, by=user, actor=ACTOR)
    assert (kept.state, kept.user, kept.may_ask, kept.spends_minor) == ("acting", user, False, 0)
    with pytest.raises(errors.RepresentativeNotFound):
        representing.accept(token, by=user, actor=ACTOR)
    event = Event.objects.get(kind="representative.accepted")
    assert (event.subject, event.data) == (f"representative:{kept.pk}", {"learner": str(learner.pk)})


def test_an_invitation_is_over_after_seven_days_or_when_another_replaces_it(learner: Learner, clock: Any) -> None:
    user = somebody()
    first, second = invited(learner, user), invited(learner, user)
    with pytest.raises(errors.RepresentativeNotFound):
        representing.invitation_of(first)
    clock.move_by(days=8)
    with pytest.raises(errors.RepresentativeNotFound):
        representing.accept(second, by=user, actor=ACTOR)
    with pytest.raises(errors.RepresentativeNotFound):
        representing.invitation_of("no-such-token")
    assert not Representative.objects.acting().exists()


def test_letters_to_people_who_did_not_ask_for_them_are_few_a_day(learner: Learner, clock: Any) -> None:
    stranger = somebody()
    for _ in range(8):
        invited(learner, stranger)
    with pytest.raises(errors.TooManyInvitations):
        invited(learner, stranger)
    assert Representative.objects.count() == 8
    clock.move_by(days=1, seconds=1)
    invited(learner, stranger)


def test_nobody_represents_themselves_or_twice_and_four_are_enough(learner: Learner) -> None:
    assert learner.user is not None
    with pytest.raises(errors.OwnRepresentative):
        invited(learner, learner.user)
    first = acts_for(learner)
    assert first.user is not None
    with pytest.raises(errors.RepresentsAlready):
        invited(learner, first.user)
    for _ in range(3):
        acts_for(learner)
    with pytest.raises(errors.TooManyRepresentatives):
        invited(learner, somebody())
    with pytest.raises(errors.LimitWrong):
        invited(learner, somebody(), spends_minor=-1)
    assert Representative.objects.count() == 4


@pytest.mark.parametrize("work", ["adviser", "manager", "staff"])
def test_whoever_is_paid_or_decides_acts_for_no_learner_also_not_later(work: str, asked: Request) -> None:
    def employ(user: User) -> None:
        if work == "adviser":
            adviser = an_adviser("Somebody Else")
            type(adviser).objects.filter(pk=adviser.pk).update(user=user)
        elif work == "manager":
            manager = a_manager()
            type(manager).objects.filter(pk=manager.pk).update(user=user)
        else:
            StaffFactory(user=user)

    user = somebody()
    token = invited(asked.learner, user)
    employ(user)
    with pytest.raises(errors.MayNotRepresent):
        representing.accept(token, by=user, actor=ACTOR)
    later = acts_for(asked.learner)
    assert later.user is not None
    employ(later.user)
    with pytest.raises(errors.MayNotRepresent):
        representing.buy(asked.pk, by=later, actor=acting(later))
    assert not Voucher.objects.exists()


def test_either_side_ends_it_at_once_and_nobody_else(asked: Request) -> None:
    for mine in (True, False):
        by = acts_for(asked.learner)
        with pytest.raises(errors.RepresentativeNotFound):
            representing.end(by.pk, by=somebody(), actor=ACTOR)
        who = asked.learner.user if mine else by.user
        assert who is not None
        representing.end(by.pk, by=who, actor=ACTOR)
        with pytest.raises(errors.RepresentativeNotFound):
            representing.buy(asked.pk, by=by, actor=acting(by))
        with pytest.raises(errors.RepresentativeNotFound):
            representing.end(by.pk, by=who, actor=ACTOR)
    assert not Voucher.objects.exists()


def test_they_ask_for_a_course_and_the_request_says_who_did(asked: Request) -> None:
    by = acts_for(asked.learner, spends_minor=0)
    run = a_request(policy="open").run
    draft = Draft(asked.learning_account, run)
    made = representing.ask(draft, by=by, actor=acting(by))
    made.refresh_from_db()
    assert (made.learner, made.asked_by, made.wanted_by) == (asked.learner, by, None)
    event = Event.objects.filter(kind="request.submitted").latest("id")
    assert (event.actor, event.on_behalf_of) == (f"user:{by.user_id}", f"learner:{asked.learner_id}")


def test_who_may_not_ask_does_not_and_nobody_asks_for_another_learner(asked: Request) -> None:
    by, other = acts_for(asked.learner, may_ask=False), a_request(policy="open")
    with pytest.raises(errors.MayNotAsk):
        representing.ask(Draft(asked.learning_account, other.run), by=by, actor=acting(by))
    with pytest.raises(errors.RepresentativeNotFound):
        representing.ask(Draft(other.learning_account, asked.run), by=by, actor=acting(by))
    with pytest.raises(errors.RequestNotFound):
        representing.buy(other.pk, by=by, actor=acting(by))
    assert Request.objects.count() == 2


def test_they_buy_up_to_their_limit_and_everything_says_who_did(asked: Request, books: Any) -> None:
    by = acts_for(asked.learner, spends_minor=150_00)
    voucher = representing.buy(asked.pk, by=by, actor=acting(by))
    assert voucher is not None
    assert (voucher.state, voucher.from_purse_minor) == (State.ISSUED, 150_00)
    assert ledger.balances([voucher.account_id])[voucher.account_id] == 150_00
    asked.refresh_from_db()
    assert (asked.voucher, asked.wanted_by, asked.wanted_most_minor, asked.wanted_for_young) == (
        voucher,
        by,
        150_00,
        False,
    )
    event = Event.objects.get(kind="voucher.reserved")
    assert (event.actor, event.on_behalf_of) == (f"user:{by.user_id}", f"learner:{asked.learner_id}")


def nothing_moved(asked: Request) -> None:
    asked.refresh_from_db()
    assert (asked.voucher, asked.wanted_by, asked.wanted_most_minor) == (None, None, None)
    assert not Voucher.objects.exists()
    assert not Transfer.objects.filter(kind="reservation").exists()


@pytest.mark.parametrize("spends_minor", [0, 149_99])
def test_a_penny_above_their_limit_is_refused_and_nothing_moves(asked: Request, spends_minor: int) -> None:
    by = acts_for(asked.learner, spends_minor=spends_minor)
    with pytest.raises(errors.AboveLimit):
        representing.buy(asked.pk, by=by, actor=acting(by))
    nothing_moved(asked)


def test_what_the_rules_do_not_let_the_learner_buy_yet_they_do_not_either() -> None:
    asked = a_request(policy="structured", worth=150_00)
    by = acts_for(asked.learner)
    with pytest.raises(errors.RequestWaits):
        representing.buy(asked.pk, by=by, actor=acting(by))
    nothing_moved(asked)


def test_money_of_another_currency_is_not_within_a_limit(asked: Request) -> None:
    by = acts_for(asked.learner)
    Representative.objects.filter(pk=by.pk).update(currency="EUR")
    with pytest.raises(errors.AboveLimit):
        representing.buy(asked.pk, by=by, actor=acting(by))
    nothing_moved(asked)


def test_for_a_young_learner_nothing_is_bought_before_they_say_yes_themselves(asked: Request) -> None:
    for_the_young(representative_spends_minor=150_00)
    make_young(asked.learner)
    by = acts_for(asked.learner)
    assert representing.buy(asked.pk, by=by, actor=acting(by)) is None
    assert not Voucher.objects.exists()
    event = Event.objects.get(kind="request.assent_asked_for")
    assert event.data["representative"] == str(by.pk)
    with pytest.raises(errors.AssentAskedFor):
        representing.buy(asked.pk, by=by, actor=acting(by))
    [refused] = buying.buy([asked.pk], learner=None, actor=ACTOR)
    assert isinstance(refused, errors.AssentNeeded)
    assert not Voucher.objects.exists()
    [voucher] = buying.buy([asked.pk], learner=asked.learner, actor=ACTOR)
    assert isinstance(voucher, Voucher)
    asked.refresh_from_db()
    assert (asked.wanted_for_young, asked.wanted_by) == (True, by)
    assert asked.assented_at is not None


def test_a_yes_that_bought_nothing_is_not_kept(asked: Request, monkeypatch: pytest.MonkeyPatch) -> None:
    for_the_young(representative_spends_minor=150_00)
    make_young(asked.learner)
    by = acts_for(asked.learner)
    representing.buy(asked.pk, by=by, actor=acting(by))
    LearningAccount.objects.filter(pk=asked.learning_account_id).update(frozen_at=ledger.now())
    [refused] = buying.buy([asked.pk], learner=asked.learner, actor=ACTOR)
    assert isinstance(refused, Refusal)
    asked.refresh_from_db()
    assert (asked.assented_at, asked.voucher) == (None, None)


@pytest.mark.parametrize(
    ("rule", "may"),
    [
        ({}, (True, 0, True)),
        ({"representative_spends_minor": 60_00}, (True, 60_00, True)),
        ({"representative_spends_minor": 500_00}, (True, 200_00, True)),
        ({"representative_asks": False}, (False, 0, True)),
        ({"under_age": 15}, (True, 200_00, False)),
    ],
)
def test_for_the_young_the_scheme_sets_what_is_the_most(learner: Learner, rule: dict[str, Any], may: Any) -> None:
    for_the_young(**rule)
    make_young(learner)
    by = acts_for(learner)
    account = LearningAccount.objects.select_related("scheme", "learner").get(learner=learner)
    found = limits(by, account, rules_of(account))
    assert (found.may_ask, found.spends_minor, found.young) == may


def test_the_database_holds_a_representative_to_their_limit_and_waits_for_the_young(asked: Request) -> None:
    by = acts_for(asked.learner)
    mine = Request.objects.filter(pk=asked.pk)
    with pytest.raises(IntegrityError, match="representative_buys_within_their_limit"), transaction.atomic():
        mine.update(wanted_by=by, wanted_most_minor=149_99)
    with pytest.raises(IntegrityError, match="representative_buys_within_their_limit"), transaction.atomic():
        mine.update(wanted_by=by)
    mine.update(wanted_by=by, wanted_most_minor=150_00, wanted_for_young=True)
    other = a_request(policy="open")
    [voucher] = buying.buy([other.pk], learner=other.learner, actor=ACTOR)
    assert isinstance(voucher, Voucher)
    Request.objects.filter(pk=other.pk).update(voucher=None)
    with pytest.raises(IntegrityError, match="a_young_learner_assents_first"), transaction.atomic():
        mine.update(voucher=voucher)


def test_when_either_leaves_it_ends_and_no_address_is_left(asked: Request) -> None:
    by, other = acts_for(asked.learner), acts_for(learning_accounts(1)[0].learner)
    leaver = learning_accounts(1)[0].learner
    Representative.objects.filter(pk=other.pk).update(user=leaver.user, email=leaver.user.email)
    leaving.leave(asked.learner_id, actor=ACTOR)
    leaving.leave(leaver.pk, actor=ACTOR)
    for each in (by, other):
        each.refresh_from_db()
        assert (each.state, each.email) == ("ended", "[erased]")
    assert other.name == "Somebody who has left"
    assert User.objects.get(pk=leaver.user_id).is_active is False


@pytest.mark.parametrize("ended", [False, True])
def test_who_leaves_leaves_no_invitation_to_their_address_behind(asked: Request, ended: bool) -> None:
    leaver = learning_accounts(1)[0].learner
    assert leaver.user is not None
    token = invited(asked.learner, leaver.user)
    if ended:
        representing.invite(leaver.user.email, may_ask=False, spends_minor=0, learner=asked.learner, actor=ACTOR)
    leaving.leave(leaver.pk, actor=ACTOR)
    assert {(each.state, each.email) for each in Representative.objects.all()} == {("ended", "[erased]")}
    with pytest.raises(errors.RepresentativeNotFound):
        representing.invitation_of(token)
