"""Sponsors: who they are, what they put into purses, and where goes what is left."""

import datetime as dt
from dataclasses import replace

import pytest
from django.db import IntegrityError, connection, transaction

import ledger
from accounts import errors, invariants, purses, schemes, sponsoring
from accounts.models import Purse, Sponsor, TopUp
from accounts.scheme_files import preset
from ledger.models import Account, Event, Transfer
from tests.factories.accounts import ACTOR, a_purse, a_scheme, an_account, rules
from tests.factories.sponsors import a_sponsor, an_order, topped_up
from tests.racing import together

pytestmark = pytest.mark.django_db


def holds(account):
    return ledger.balances([account])[account]


def put_in(*orders, sponsor):
    return sponsoring.top_up(orders, sponsor=sponsor, actor=ACTOR)


def spend(purse, amount_minor, to):
    with transaction.atomic():
        event = ledger.Event("test", "test:1", ACTOR)
        ledger.post(
            [ledger.Transfer(purse.ledger_account_id, to, amount_minor, "GBP", "test", f"spent:{purse.pk}", event)]
        )


def home(purse):
    with transaction.atomic():
        return purses.destinations_of_refund([purse], ledger.today(), actor=ACTOR)[purse.pk]


# Who they are


def test_a_sponsor_has_an_account_and_a_suspense_account_that_are_never_short():
    sponsor = a_sponsor(a_scheme())
    accounts = Account.objects.filter(owner_type="sponsor", owner_id=sponsor.pk)
    assert {(account.kind, account.bounded, account.currency) for account in accounts} == {
        ("sponsor", False, "GBP"),
        ("suspense", False, "GBP"),
    }
    assert Event.objects.get(kind="sponsor.added").data == {
        "scheme": str(sponsor.scheme_id),
        "sponsor_kind": "employer",
    }


@pytest.mark.parametrize("name", ["", "   ", "x" * 161, "Foundry\x00Ltd", "Foundry\u202eLtd"])
def test_a_sponsor_without_a_name_on_one_line_is_refused(name):
    with pytest.raises(errors.SponsorWithoutName):
        a_sponsor(a_scheme(), name)
    assert not Sponsor.objects.exists()


def test_two_sponsors_of_a_scheme_never_have_one_name(books):
    scheme = a_scheme()
    a_sponsor(scheme)
    before, events = books(), Event.objects.count()
    with pytest.raises(errors.SponsorExists), transaction.atomic():
        a_sponsor(scheme)
    assert (books(), Event.objects.count()) == (before, events)
    a_sponsor(a_scheme())


# Topping up


def test_what_a_sponsor_puts_in_is_a_purse_of_its_own_with_its_conditions():
    scheme = a_scheme()
    account, sponsor = an_account(scheme), a_sponsor(scheme)
    until = ledger.today() + dt.timedelta(days=40)
    order = an_order(account, 75_00, expires_on=until, earmark="exam", categories=("0611", "0613"))
    [made] = put_in(order, sponsor=sponsor)
    purse = Purse.objects.get(top_up=made)
    assert (purse.award, purse.amount_minor, purse.earmark, purse.categories) == (None, 75_00, "exam", ["0611", "0613"])
    assert (purse.expires_on, holds(purse.ledger_account_id), holds(sponsor.account_id)) == (until, 75_00, -75_00)
    moved = Transfer.objects.get(kind="top_up")
    assert (moved.journal, moved.reference) == (made.pk, f"top_up:{made.pk}")
    assert Event.objects.get(kind="purse.topped_up").data == {
        "learner": str(account.learner_id),
        "scheme": str(scheme.pk),
        "sponsor": str(sponsor.pk),
        "amount_minor": 75_00,
        "expires_on": until.isoformat(),
    }
    assert list(invariants.top_ups()) == []


def test_the_same_reference_is_one_payment_however_often_it_is_sent(books, clock):
    scheme = a_scheme()
    account, sponsor = an_account(scheme), a_sponsor(scheme)
    order = an_order(account, 75_00)
    [first] = put_in(order, sponsor=sponsor)
    purses.extend([account.pk], days=5, actor=ACTOR)
    clock.move_by(days=1)
    before, events = books(), Event.objects.count()
    assert put_in(order, order, sponsor=sponsor) == [first, first]
    assert (books(), Event.objects.count(), Purse.objects.count()) == (before, events, 1)


@pytest.mark.parametrize(
    "other",
    [
        {"amount_minor": 75_01},
        {"earmark": "exam"},
        {"categories": ("0611",)},
        {"expires_on": dt.date(2999, 1, 1)},
        {"leftover": TopUp.Leftover.POT},
    ],
)
def test_a_reference_that_was_another_payments_is_refused_in_the_same_batch_and_in_a_later_one(other, books):
    scheme = a_scheme()
    account, sponsor = an_account(scheme), a_sponsor(scheme)
    said, changed = (an_order(account, **{"reference": "May", **values}) for values in ({}, other))
    [made, refused] = put_in(said, changed, sponsor=sponsor)
    assert (type(made), type(refused)) == (TopUp, errors.ReferenceTaken)
    before = books()
    assert [type(answer) for answer in put_in(changed, sponsor=sponsor)] == [errors.ReferenceTaken]
    assert books() == before


def test_the_same_reference_of_two_sponsors_is_two_payments():
    scheme = a_scheme()
    account = an_account(scheme)
    order = an_order(account, 10_00)
    for name in ("Foundry Ltd", "Skills Fund"):
        put_in(order, sponsor=a_sponsor(scheme, name))
    assert sum(holds(purse.ledger_account_id) for purse in Purse.objects.all()) == 20_00


@pytest.mark.parametrize(
    ("wrong", "refusal"),
    [
        ({"amount_minor": 0}, errors.AmountNotPositive),
        ({"amount_minor": -1}, errors.AmountNotPositive),
        ({"amount_minor": 1.5}, errors.AmountNotPositive),
        ({"amount_minor": True}, errors.AmountNotPositive),
        ({"expires_on": dt.date(2020, 1, 1)}, errors.TopUpOfThePast),
        ({"earmark": "holidays"}, errors.EarmarkUnknown),
        ({"categories": ("0611", "IT")}, errors.CategoryNotOne),
        ({"reference": " "}, errors.ReferenceWrong),
        ({"reference": "x" * 81}, errors.ReferenceWrong),
    ],
)
def test_a_line_that_cannot_be_costs_the_others_nothing(wrong, refusal):
    scheme = a_scheme()
    one, two, sponsor = an_account(scheme), an_account(scheme), a_sponsor(scheme)
    answers = put_in(an_order(one, **wrong), an_order(two, 20_00), sponsor=sponsor)
    assert [type(answer) for answer in answers] == [refusal, TopUp]
    assert holds(sponsor.account_id) == -20_00
    assert [purse.learning_account_id for purse in Purse.objects.all()] == [two.pk]


def test_an_account_of_another_scheme_answers_exactly_as_one_that_does_not_exist(books):
    sponsor, elsewhere = a_sponsor(a_scheme()), an_account(a_scheme())
    before = books()
    [other, missing] = put_in(
        an_order(elsewhere), replace(an_order(elsewhere), account=elsewhere.learner_id), sponsor=sponsor
    )
    assert (type(other), str(other)) == (errors.AccountNotFound, str(missing))
    assert books() == before


@pytest.mark.parametrize("state", ["draft", "paused", "closed"])
def test_nothing_is_put_into_a_scheme_that_takes_nothing_new(state, books):
    scheme = a_scheme()
    account, sponsor = an_account(scheme), a_sponsor(scheme)
    type(scheme).objects.filter(pk=scheme.pk).update(state=state)
    before = books()
    assert [type(answer) for answer in put_in(an_order(account), sponsor=sponsor)] == [errors.SchemeClosed]
    assert books() == before


def test_a_thousand_lines_cost_as_many_queries_as_one(django_assert_num_queries):
    scheme = a_scheme()
    accounts, sponsor = [an_account(scheme) for _ in range(4)], a_sponsor(scheme)
    for several in (accounts[:1], accounts):
        orders = [an_order(account) for account in several]
        # Two savepoints, the clock, sponsor, accounts, what was made before, and what is new: four queries.
        with django_assert_num_queries(11):
            put_in(*orders, sponsor=sponsor)


@pytest.mark.django_db(transaction=True)
def test_one_reference_sent_twice_at_the_same_instant_is_one_payment():
    scheme = a_scheme()
    account, sponsor = an_account(scheme), a_sponsor(scheme)
    order = an_order(account, 75_00)
    answers = together(*[lambda: put_in(order, sponsor=sponsor)[0]] * 2)
    assert answers[0] == answers[1] == TopUp.objects.get()
    assert holds(sponsor.account_id) == -75_00


def test_the_database_refuses_a_second_top_up_of_a_reference_and_one_of_nothing():
    scheme = a_scheme()
    account = an_account(scheme)
    made = topped_up(account).top_up
    for wrong in ({"reference": made.reference}, {"reference": "new", "amount_minor": 0}):
        values = {"amount_minor": 1, "sponsor": made.sponsor, "learning_account": account, "made_at": ledger.now()}
        with pytest.raises(IntegrityError), transaction.atomic():
            TopUp.objects.create(**values | wrong)


def test_the_invariant_names_a_top_up_whose_amount_is_another():
    made = topped_up(an_account(a_scheme()), 50_00).top_up
    with connection.cursor() as cursor:
        cursor.execute("UPDATE accounts_topup SET amount_minor = 5001 WHERE id = %s", [made.pk])
    [broken] = invariants.top_ups()
    assert (broken.id, broken.says) == (str(made.pk), "is of 5001; the purse says 5000, the transfer 5000")


# Departing


def test_a_departed_sponsor_puts_nothing_in_from_that_day_on(books, clock):
    scheme = a_scheme()
    account, sponsor = an_account(scheme), a_sponsor(scheme)
    sponsoring.depart(sponsor, ledger.today() + dt.timedelta(days=10), actor=ACTOR)
    assert isinstance(put_in(an_order(account), sponsor=sponsor)[0], TopUp)
    clock.move_by(days=10)
    before = books()
    assert [type(answer) for answer in put_in(an_order(account), sponsor=sponsor)] == [errors.SponsorDeparted]
    assert books() == before


def test_a_sponsor_departs_once_and_not_in_the_past():
    sponsor = a_sponsor(a_scheme())
    with pytest.raises(errors.DepartureOfThePast):
        sponsoring.depart(sponsor, ledger.today() - dt.timedelta(days=1), actor=ACTOR)
    sponsoring.depart(sponsor, ledger.today(), actor=ACTOR)
    with pytest.raises(errors.SponsorDeparted):
        sponsoring.depart(sponsor, ledger.today(), actor=ACTOR)
    assert Event.objects.filter(kind="sponsor.departed").count() == 1


# What is left


@pytest.mark.parametrize(
    ("leftover", "departed", "goes_to"),
    [
        (TopUp.Leftover.SPONSOR, False, "account"),
        (TopUp.Leftover.SPONSOR, True, "suspense"),
        (TopUp.Leftover.POT, False, "pot"),
        (TopUp.Leftover.POT, True, "pot"),
    ],
)
def test_what_is_left_when_its_time_is_over_goes_where_the_sponsor_said(leftover, departed, goes_to, clock):
    scheme = a_scheme()
    account, sponsor = an_account(scheme), a_sponsor(scheme)
    purse = topped_up(account, 50_00, sponsor=sponsor, leftover=leftover)
    spend(purse, 20_00, scheme.refund_due_id)
    if departed:
        sponsoring.depart(sponsor, ledger.today(), actor=ACTOR)
    accounts = {"account": sponsor.account_id, "suspense": sponsor.suspense_id, "pot": scheme.pot_id}
    before = {name: holds(each) for name, each in accounts.items()}
    clock.move_by(days=101)
    assert purses.expire(actor=ACTOR) == 1
    gained = {name: holds(each) - before[name] for name, each in accounts.items()}
    assert gained == {"account": 0, "suspense": 0, "pot": 0} | {goes_to: 30_00}
    assert holds(purse.ledger_account_id) == 0
    said = Event.objects.get(kind="purse.expired").data
    assert (said["amount_minor"], said["sponsor"]) == (30_00, None if goes_to == "pot" else str(sponsor.pk))


def test_in_a_scheme_of_rights_to_spend_a_sponsors_money_goes_to_the_pot_and_not_to_the_headroom(clock):
    said = rules() | {"budget": {"ceiling_minor": 1_000_00}}
    data = preset("ila-wales-2003") | {"slug": "rights", "funding": "commitment", "rules": said}
    scheme = schemes.set_up(data, actor=ACTOR)
    purse = topped_up(an_account(scheme), 50_00, leftover=TopUp.Leftover.POT)
    before = holds(scheme.pot_id)
    clock.move_by(days=101)
    purses.expire(actor=ACTOR)
    assert (holds(scheme.pot_id) - before, home(purse)) == (50_00, scheme.pot_id)


def test_awards_and_top_ups_expire_in_one_sweep_each_to_its_own_source(clock):
    scheme = a_scheme()
    award = a_purse(scheme)
    sponsor = a_sponsor(scheme)
    topped_up(award.learning_account, 50_00, sponsor=sponsor)
    pot = holds(scheme.pot_id)
    clock.move_by(days=366)
    assert purses.expire(actor=ACTOR) == 2
    assert (holds(scheme.pot_id) - pot, holds(sponsor.account_id)) == (200_00, 0)


def test_money_comes_back_to_a_sponsors_purse_while_it_is_open_and_to_the_sponsor_after_it_without_grace(clock):
    scheme = a_scheme(award={"grace_days": 30})
    sponsor = a_sponsor(scheme)
    purse = topped_up(an_account(scheme), 50_00, sponsor=sponsor)
    clock.move_by(days=100)
    assert home(purse) == purse.ledger_account_id
    clock.move_by(days=1)
    assert home(purse) == sponsor.account_id
    purses.expire(actor=ACTOR)
    assert home(purse) == sponsor.account_id
    sponsoring.depart(sponsor, ledger.today(), actor=ACTOR)
    assert home(purse) == sponsor.suspense_id


def test_waiting_for_an_adviser_makes_a_sponsors_purse_live_longer_and_one_without_an_end_no_shorter():
    account = an_account(a_scheme())
    until = ledger.today() + dt.timedelta(days=100)
    purse, endless = topped_up(account), topped_up(account, expires_on=dt.date(2999, 12, 31))
    purses.extend([account.pk], days=5, actor=ACTOR)
    purse.refresh_from_db()
    endless.refresh_from_db()
    assert (purse.expires_on, endless.never_expires) == (until + dt.timedelta(days=5), True)
