"""When a purse's time begins, how it ends, and where money goes that comes back to it."""

import datetime as dt

import pytest
from django.db import IntegrityError, connection, transaction

import ledger
from accounts import awarding, errors, purses
from accounts.models import Purse
from ledger.models import Event
from tests.factories.accounts import ACTOR, a_purse, a_scheme
from tests.racing import together

pytestmark = pytest.mark.django_db


def holds(account):
    return ledger.balances([account])[account]


def home(purse):
    with transaction.atomic():
        return purses.destinations_of_refund([purse], ledger.today(), actor=ACTOR)[purse.pk]


def england():
    return a_scheme("ila-england-2000")


def test_a_year_that_begins_with_its_first_use_waits_for_it(clock):
    purse = a_purse(england(), residence="england")
    assert (purse.first_used_on, purse.expires_on) == (None, ledger.today() + dt.timedelta(days=730))
    clock.move_by(days=300)
    with transaction.atomic():
        purses.begin_years([purse.pk], ledger.today(), actor=ACTOR)
    purse.refresh_from_db()
    assert (purse.first_used_on, purse.expires_on) == (ledger.today(), ledger.today() + dt.timedelta(days=365))


def test_a_second_use_does_not_begin_the_year_again(clock):
    purse = a_purse(england(), residence="england")
    purses.begin_years([purse.pk], ledger.today(), actor=ACTOR)
    purse.refresh_from_db()
    first = purse.expires_on
    clock.move_by(days=30)
    purses.begin_years([purse.pk], ledger.today(), actor=ACTOR)
    purse.refresh_from_db()
    assert purse.expires_on == first
    assert Event.objects.filter(kind="purse.year_began").count() == 1


def test_a_year_that_begins_with_its_award_is_left_alone_by_use():
    purse = a_purse(a_scheme())
    before = purse.expires_on
    purses.begin_years([purse.pk], ledger.today(), actor=ACTOR)
    purse.refresh_from_db()
    assert (purse.first_used_on, purse.expires_on) == (None, before)


def test_the_next_award_comes_a_year_after_the_first_use_and_not_after_the_award(clock):
    purse = a_purse(england(), residence="england")
    account = purse.learning_account
    clock.move_by(days=300)
    purses.begin_years([purse.pk], ledger.today(), actor=ACTOR)
    clock.move_by(days=100)
    assert isinstance(awarding.award([account], actor=ACTOR)[0], errors.AlreadyAwarded)
    clock.move_by(days=266)
    assert awarding.award([account], actor=ACTOR)[0].period == "year 2"


def test_an_empty_purse_expires_without_money_moving_and_says_so(books, clock):
    scheme = a_scheme()
    purse = a_purse(scheme)
    with transaction.atomic():
        ledger.post(
            [
                ledger.Transfer(
                    purse.ledger_account_id, scheme.pot_id, 200_00, "GBP", "test", "test:1",
                    ledger.Event("test", "test:1", ACTOR),
                )
            ]
        )  # fmt: skip
    clock.move_by(days=366)
    before = books()
    assert purses.expire(actor=ACTOR) == 1
    purse.refresh_from_db()
    assert (purse.state, purse.expired_at is None, books()) == ("expired", False, before)
    assert Event.objects.get(kind="purse.expired").data["amount_minor"] == 0


def test_money_comes_back_to_a_purse_while_it_is_open_and_to_the_pot_after_it(clock):
    scheme = a_scheme()
    purse = a_purse(scheme)
    assert home(purse) == purse.ledger_account_id
    clock.move_by(days=366)
    assert home(purse) == scheme.pot_id
    purses.expire(actor=ACTOR)
    assert home(purse) == scheme.pot_id


def test_money_that_comes_back_in_the_days_of_grace_opens_the_purse_until_they_are_over(clock):
    scheme = a_scheme(award={"grace_days": 30})
    purse = a_purse(scheme)
    last = purse.expires_on
    clock.move_by(days=376)
    purses.expire(actor=ACTOR)
    assert home(purse) == purse.ledger_account_id
    purse.refresh_from_db()
    assert (purse.state, purse.in_grace, purse.expired_at) == ("open", True, None)
    assert purse.expires_on == last + dt.timedelta(days=30)
    assert list(Purse.objects.spendable(ledger.today())) == [purse]


def test_there_is_no_grace_after_grace_and_the_purse_expires_a_second_time(clock):
    scheme = a_scheme(award={"grace_days": 30})
    purse = a_purse(scheme)
    clock.move_by(days=376)
    purses.expire(actor=ACTOR)
    with transaction.atomic():
        back = purses.destinations_of_refund([purse], ledger.today(), actor=ACTOR)[purse.pk]
        event = ledger.Event("test", "test:2", ACTOR)
        ledger.post([ledger.Transfer(scheme.pot_id, back, 50_00, "GBP", "test", "test:2", event)])
    assert holds(purse.ledger_account_id) == 50_00
    clock.move_by(days=25)
    assert purses.expire(actor=ACTOR) == 1
    assert holds(purse.ledger_account_id) == 0
    assert home(purse) == scheme.pot_id


def test_money_that_comes_back_after_the_days_of_grace_goes_to_the_pot(clock):
    scheme = a_scheme(award={"grace_days": 30})
    purse = a_purse(scheme)
    clock.move_by(days=396)
    assert home(purse) == scheme.pot_id


@pytest.mark.parametrize("wrong", [{"state": "expired"}, {"expired_at": dt.datetime(2026, 1, 1, tzinfo=dt.UTC)}])
def test_a_purse_has_expired_at_a_moment_or_is_open(wrong):
    purse = a_purse(a_scheme())
    with pytest.raises(IntegrityError, match="purse_has_expired_at_a_moment"), transaction.atomic():
        Purse.objects.filter(pk=purse.pk).update(**wrong)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(("no_key", "waits"), [(False, True), (True, False)])
def test_a_refund_does_not_make_a_reservation_wait_that_notes_its_purse(no_key, waits):
    """A reservation holds the balance and notes the purse; a refund holds the purse and waits for the balance."""
    purse = a_purse(a_scheme())

    def note():
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SET LOCAL lock_timeout = '200ms'")
            cursor.execute("SELECT 1 FROM accounts_purse WHERE id = %s FOR KEY SHARE NOWAIT", [purse.pk])
            return "noted"

    def guarded():
        try:
            return note()
        except Exception:
            return "waits"

    with transaction.atomic():
        if no_key:
            purses.destinations_of_refund([purse], ledger.today(), actor=ACTOR)
        else:
            list(Purse.objects.filter(pk=purse.pk).select_for_update())
        [answer] = together(guarded)
    assert answer == ("waits" if waits else "noted")
