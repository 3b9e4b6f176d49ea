"""What attendance leaves of a last milestone, where rules have bands: under 25% a quarter, to 80% pro rata."""

import pytest

from accounts import schemes
from accounts.rules import AttendanceBand
from accounts.scheme_files import preset
from config.refusals import only
from ledger import today
from tests.factories.providers import ProviderFactory
from tests.factories.vouchers import ACTOR, POT, a_voucher
from tests.web.provider.visiting import at_work, text
from vouchers import attending, earning, errors, redemption
from vouchers.attendance import Attended
from vouchers.attending import Attendance, Rate
from vouchers.earning import earned_minor
from vouchers.models import Funding, Payable, Redemption, State
from vouchers.redemption import Line

pytestmark = pytest.mark.django_db

BANDS = [
    AttendanceBand(from_percent=0, pays_percent=25),
    AttendanceBand(from_percent=25, pays_percent=None),
    AttendanceBand(from_percent=80, pays_percent=100),
]


@pytest.fixture
def banded():
    """The scheme that the factories use, with bands."""
    data = preset("ila-wales-2003")
    data["rules"]["delivery"]["attendance"] = [
        {"from_percent": band.from_percent, "pays_percent": band.pays_percent} for band in BANDS
    ]
    scheme = schemes.set_up(data, actor=ACTOR)
    schemes.pay_in(scheme, POT, reference="first", actor=ACTOR)
    return scheme


@pytest.fixture
def came(clock):
    """Records sessions of a voucher that has started, a day each."""

    def record(voucher, *sessions):
        for session in sessions:
            line = Attendance(voucher.code, today(), Attended(session))
            only(attending.record([line], by=voucher.provider, actor=ACTOR))
            clock.move_by(days=1)

    return record


@pytest.mark.parametrize(
    ("present", "absent", "excused", "earned"),
    [
        (0, 0, 0, 22_50),
        (0, 0, 3, 22_50),
        (0, 4, 0, 22_50),
        (1, 4, 0, 22_50),
        (1, 3, 0, 22_50),
        (1, 2, 0, 30_00),
        (2, 1, 9, 60_00),
        (79, 21, 0, 71_10),
        (4, 1, 0, 90_00),
        (5, 0, 0, 90_00),
    ],
)
def test_the_last_band_that_is_reached_counts(present, absent, excused, earned):
    assert earned_minor(90_00, BANDS, Rate(present, absent, excused)) == earned


@pytest.mark.parametrize(("amount_minor", "earned"), [(1, 1), (10, 3), (100, 25)])
def test_what_is_worth_something_is_never_worth_nothing(amount_minor, earned):
    assert earned_minor(amount_minor, BANDS, Rate()) == earned


def test_the_last_milestone_pays_what_was_attended_and_the_rest_goes_back_in_proportion(banded, came, books):
    voucher = a_voucher(state=State.COMPLETED, own=True, worth=120_00, confirmed=2)
    came(voucher, "present", "absent", "present", "excused")
    answer = only(redemption.redeem([Line(voucher.code)], by=voucher.provider, actor=ACTOR))
    assert [made.amount_minor for made in answer.redemptions] == [30_00, 60_00]
    assert (answer.voucher.state, answer.voucher.outcome, answer.left_minor) == ("closed", "completed", 0)
    back = {bool(source.purse_id): source.returned_minor for source in Funding.objects.filter(voucher=voucher)}
    assert back == {True: 15_00, False: 15_00}
    after = books()
    assert after[voucher.account_id] == 0
    assert after[Payable.objects.get(provider=voucher.provider).account_id] == 90_00
    assert after[banded.refund_due_id] == 15_00


def test_whoever_asks_for_more_is_told_what_there_is(banded, came, books):
    voucher = a_voucher(state=State.COMPLETED, worth=120_00, confirmed=2)
    came(voucher, "absent", "absent")
    before = books()
    with pytest.raises(errors.MoreThanIsLeft) as refused:
        only(redemption.redeem([Line(voucher.code, 2, 22_51)], by=voucher.provider, actor=ACTOR))
    assert refused.value.facts == {"left_minor": 22_50}
    assert books() == before
    assert not Redemption.objects.exists()


def test_the_start_is_paid_whole(banded, came):
    voucher = a_voucher(state=State.STARTED, worth=120_00, confirmed=1)
    came(voucher, "absent")
    answer = only(redemption.redeem([Line(voucher.code)], by=voucher.provider, actor=ACTOR))
    assert [made.amount_minor for made in answer.redemptions] == [30_00]


def test_without_bands_attendance_changes_nothing(came):
    voucher = a_voucher(state=State.COMPLETED, worth=120_00, confirmed=2)
    came(voucher, "absent", "absent")
    answer = only(redemption.redeem([Line(voucher.code)], by=voucher.provider, actor=ACTOR))
    assert sum(made.amount_minor for made in answer.redemptions) == 120_00


def test_the_pages_ask_for_what_will_be_paid(banded, came):
    provider = ProviderFactory()
    voucher = a_voucher(provider=provider, state=State.COMPLETED, worth=120_00, confirmed=2)
    came(voucher, "absent", "present", "present")
    assert earning.due_now([voucher]) == {voucher.pk: 90_00}
    client = at_work(provider)
    [owed] = client.get("/provider/vouchers/redeem/").context["owed"]
    assert owed.amount_minor == 90_00
    assert "Redeem £90.00" in text(client.get(f"/provider/vouchers/{voucher.code}/"))
