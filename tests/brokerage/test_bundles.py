"""A course with what comes with it: one price, one request, one voucher, each part from the money that is for it."""

import pytest
from django.db import IntegrityError, connection, transaction

import ledger
from accounts.models import Purse
from brokerage import buying, requesting
from brokerage.errors import ExtraNotOffered, QuoteLapsed
from brokerage.models import Request, RequestedExtra
from brokerage.requesting import Draft, quote
from config.refusals import Refusal, only
from ledger.models import Event, Transfer
from providers.models import CourseRun, RunExtra
from tests.factories.accounts import a_purse, a_scheme
from tests.factories.brokerage import an_adviser
from tests.factories.providers import ProviderFactory, RunExtraFactory
from tests.factories.sponsors import topped_up
from tests.factories.vouchers import ACTOR, a_run, pay_own_share
from vouchers import ending, errors, invariants
from vouchers.holdings import holdings
from vouchers.models import Funding, Voucher, VoucherExtra

pytestmark = pytest.mark.django_db


@pytest.fixture
def account():
    """£200 from a scheme that pays half of a course, up to £100 in the year, and £30 of an employer's for exams."""
    scheme = a_scheme(
        price={"bands": [{"code": "half", "rate_percent": 50, "cap_minor": 100_00}]}, adviser={"policy": "open"}
    )
    an_adviser()
    found = a_purse(scheme).learning_account
    topped_up(found, 30_00, earmark="exam")
    return found


@pytest.fixture
def run():
    return a_run(ProviderFactory(), 120_00)


@pytest.fixture
def exam(run):
    return RunExtraFactory(run=run, title="Certificate", price_minor=40_00)


def asked(account, run, *extras):
    draft = Draft(account, run, extras=tuple(extra.pk for extra in extras))
    return only(requesting.submit([draft], actor=ACTOR))


def bought(request):
    return only(buying.buy([request.pk], learner=request.learner, actor=ACTOR))


def left_in(account, earmark):
    purse = Purse.objects.get(learning_account=account, earmark=earmark)
    return ledger.balances([purse.ledger_account_id])[purse.ledger_account_id]


def amounts(whole):
    return (whole.price_minor, whole.from_purse_minor, whole.own_minor)


def test_a_request_keeps_what_was_chosen_with_it_as_it_was_priced(account, run, exam):
    bus = RunExtraFactory(run=run, earmark="travel", title="Bus pass", price_minor=25_00)
    request = asked(account, run, bus, exam)
    assert amounts(request) == (185_00, 90_00, 95_00)
    kept = [(each.title, each.earmark, each.price_minor, each.from_purse_minor) for each in request.extras.all()]
    assert kept == [("Certificate", "exam", 40_00, 30_00), ("Bus pass", "travel", 25_00, 0)]
    split = Request.objects.get(pk=request.pk).split
    assert split == quote(account, [run], [exam, bus])[run.pk].split
    assert (split.course_minor, split.from_earmarks) == (120_00, {"": 60_00, "exam": 30_00, "travel": 0})


def test_a_voucher_takes_each_part_from_its_own_purses_and_all_in_one_journal(account, run, exam):
    voucher = bought(asked(account, run, exam))
    assert amounts(voucher) == (160_00, 90_00, 70_00)
    assert (left_in(account, ""), left_in(account, "exam")) == (140_00, 0)
    assert [(each.title, each.price_minor, each.from_purse_minor) for each in voucher.extras.all()] == [
        ("Certificate", 40_00, 30_00)
    ]
    pay_own_share(voucher)
    moved = Transfer.objects.filter(credit=voucher.account_id)
    assert sorted((each.kind, each.amount_minor) for each in moved) == [
        ("copayment", 70_00),
        ("reservation", 30_00),
        ("reservation", 60_00),
    ]
    assert {each.journal for each in moved} == {voucher.pk}
    assert sum(step.amount_minor for step in voucher.milestones.all()) == 160_00
    assert Event.objects.get(kind="voucher.reserved").data["extras"] == [str(exam.pk)]
    assert list(invariants.extras_were_paid_from_their_earmarks()) == []


def test_what_an_exam_took_does_not_count_against_the_ceiling_of_the_courses_band(account, run, exam):
    bought(asked(account, run, exam))
    assert holdings([account.pk], ledger.today())[account.pk].used_minor == {"half": 60_00}
    assert quote(account, [a_run(ProviderFactory(), 400_00)]).popitem()[1].split.from_purse_minor == 40_00


def test_each_purse_has_its_part_back(account, run, exam):
    voucher = bought(asked(account, run, exam))
    pay_own_share(voucher)
    ending.withdraw(voucher.pk, learner=account.learner, actor=ACTOR)
    assert (left_in(account, ""), left_in(account, "exam")) == (200_00, 30_00)
    assert {source.amount_minor: source.returned_minor for source in Funding.objects.all()} == {
        60_00: 60_00,
        30_00: 30_00,
        70_00: 70_00,
    }


def test_an_exam_alone_makes_a_voucher_where_the_scheme_pays_nothing_of_the_course(account, run, exam):
    Purse.objects.filter(earmark="").update(categories=["0411"])
    voucher = bought(asked(account, run, exam))
    assert amounts(voucher) == (160_00, 30_00, 130_00)
    assert (left_in(account, ""), left_in(account, "exam")) == (200_00, 0)


# What changes meanwhile


@pytest.mark.parametrize(
    ("change", "refusal"),
    [
        (lambda run, exam: RunExtra.objects.filter(pk=exam.pk).update(price_minor=45_00), errors.PriceChanged),
        (lambda run, exam: RunExtra.objects.filter(pk=exam.pk).update(withdrawn_at=ledger.now()), errors.ExtraGone),
        (lambda run, exam: CourseRun.objects.filter(pk=run.pk).update(price_minor=130_00), errors.PriceChanged),
        (
            lambda run, exam: (
                CourseRun.objects.filter(pk=run.pk).update(price_minor=125_00),
                RunExtra.objects.filter(pk=exam.pk).update(price_minor=35_00),
            ),
            errors.PriceChanged,
        ),
    ],
    ids=["dearer exam", "exam withdrawn", "dearer course", "dearer course and cheaper exam"],
)
def test_a_price_that_changed_or_an_exam_that_is_gone_is_not_paid(account, run, exam, change, refusal, books):
    request = asked(account, run, exam)
    change(run, exam)
    before = books()
    with pytest.raises(refusal) as refused:
        bought(request)
    assert str(refused.value)
    assert (books(), Voucher.objects.exists()) == (before, False)


def test_a_request_whose_exam_money_was_spent_meanwhile_has_lapsed(account, run, exam, books):
    first = asked(account, run, exam)
    other = a_run(ProviderFactory(), 20_00)
    bought(asked(account, other, RunExtraFactory(run=other, price_minor=10_00)))
    before = books()
    with pytest.raises(QuoteLapsed):
        bought(first)
    assert (books(), left_in(account, "exam")) == (before, 20_00)


def test_general_money_never_stands_in_for_exam_money(account, run, exam, books):
    request = asked(account, run, exam)
    RequestedExtra.objects.update(from_purse_minor=40_00)
    Request.objects.update(from_purse_minor=100_00, own_minor=60_00)
    before = books()
    [answer] = buying.buy([request.pk], learner=None, actor=ACTOR)
    assert isinstance(answer, Refusal)
    order = buying._order(buying._lock([request.pk], None)[request.pk])
    [answer] = buying.issuing.reserve([order], actor=ACTOR)
    assert isinstance(answer, errors.PurseShort)
    assert books() == before


def test_a_split_whose_parts_are_more_than_its_whole_is_never_paid(account, run, exam, books):
    request = asked(account, run, exam)
    Request.objects.update(from_purse_minor=20_00, own_minor=140_00)
    before = books()
    [answer] = buying.buy([request.pk], learner=None, actor=ACTOR)
    assert isinstance(answer, errors.PurseShort)
    assert books() == before


# What can be chosen


def test_what_is_withdrawn_or_comes_with_another_run_cannot_be_asked_for(account, run):
    gone, elsewhere = RunExtraFactory(run=run, withdrawn=True), RunExtraFactory()
    for extra in (gone, elsewhere):
        with pytest.raises(ExtraNotOffered):
            asked(account, run, extra)
    assert not Request.objects.exists()


def test_another_runs_exam_in_an_order_is_gone(account, run, exam, books):
    request = asked(account, run, exam)
    RequestedExtra.objects.update(extra=RunExtraFactory(price_minor=40_00))
    before = books()
    [answer] = buying.buy([request.pk], learner=None, actor=ACTOR)
    assert isinstance(answer, errors.ExtraGone)
    assert books() == before


def test_chosen_twice_is_once(account, run, exam):
    assert asked(account, run, exam, exam).price_minor == 160_00


# Walls and queries


@pytest.mark.parametrize("wrong", [{"price_minor": 0}, {"from_purse_minor": -1}, {"from_purse_minor": 40_01}])
@pytest.mark.parametrize("model", [VoucherExtra, RequestedExtra])
def test_no_more_is_paid_of_an_extra_than_it_costs(account, run, exam, model, wrong):
    bought(asked(account, run, exam))
    with pytest.raises(IntegrityError, match="is_paid_up_to_its_price"), transaction.atomic():
        model.objects.update(**wrong)


def test_the_invariant_names_a_voucher_whose_exam_was_paid_otherwise_than_it_says(account, run, exam):
    voucher = bought(asked(account, run, exam))
    with connection.cursor() as cursor:
        cursor.execute("UPDATE vouchers_voucherextra SET from_purse_minor = 2999")
    [broken] = invariants.extras_were_paid_from_their_earmarks()
    assert (broken.id, broken.says) == (str(voucher.pk), "has 2999 to pay for exam, and purses for it gave 3000")


def test_buying_with_several_things_costs_as_many_queries_as_with_one(account, run, exam, django_assert_num_queries):
    more = [RunExtraFactory(run=run, earmark="travel", price_minor=1_00) for _ in range(4)]
    one = asked(account, run, exam)
    with django_assert_num_queries(QUERIES):
        bought(one)
    several = asked(account, run, exam, *more)
    with django_assert_num_queries(QUERIES):
        bought(several)


QUERIES = 39
