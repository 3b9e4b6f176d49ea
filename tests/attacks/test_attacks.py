"""The attacks of 2001 and since, each stopped."""

import pytest

import ledger
from accounts import awarding, errors, opening, people, schemes
from accounts.models import Purse
from accounts.scheme_files import preset
from brokerage import assigning, buying
from brokerage.requesting import Draft, submit
from config.refusals import only
from providers.catalogue import publish_courses
from providers.listings import CourseListing
from providers.models import Course, CourseRun, CourseVetting
from providers.vetting import Decision
from tests.accounts.test_accounts_and_awards import a_person
from tests.factories.api import Caller
from tests.factories.brokerage import a_request, an_adviser
from tests.factories.providers import (
    AccreditationFactory,
    CourseFactory,
    CourseRunFactory,
    ProviderFactory,
    StaffFactory,
)
from tests.factories.vetting import a_ruling, a_waiting_course, ruled, try_to_rule
from tests.factories.vouchers import ACTOR, a_voucher, learning_accounts
from vouchers import confirmation
from vouchers.models import Milestone, State, Voucher

pytestmark = pytest.mark.django_db


def test_a_provider_that_trawls_learns_nothing_from_the_difference(books):
    """Ghost vouchers of 2001: providers tried numbers until one had money."""
    voucher = a_voucher()
    trawler = Caller.of(ProviderFactory())
    before = books()
    theirs, nobodys = trawler.get(f"/vouchers/{voucher.code}"), trawler.get(f"/vouchers/{'0' * 27}")
    assert theirs.status_code == nobodys.status_code == 404
    own_words = {"instance", "request_id"}
    said = [
        {key: value for key, value in answer.json().items() if key not in own_words} for answer in (theirs, nobodys)
    ]
    assert said[0] == said[1]
    assert books() == before


def test_a_voucher_number_alone_draws_no_money(books):
    """In 2001 a number was enough. Here even the right provider is paid only for what the learner confirmed."""
    voucher = a_voucher(state=State.STARTED)
    before = books()
    caller = Caller.of(voucher.provider)
    answer = caller.post(f"/vouchers/{voucher.code}/redeem", {}, once="draw")
    assert (answer.status_code, answer.json()["code"]) == (409, "not_confirmed")
    assert books() == before


def test_claims_for_somebody_who_never_came_are_never_paid(clock, books):
    """The provider declares start and end and waits for silence; the learner never answers."""
    voucher = a_voucher(state=State.COMPLETED)
    before = books()
    for _ in range(12):
        clock.move_by(days=30)
        assert confirmation.confirm_by_silence(actor=ACTOR) == 0
    answer = Caller.of(voucher.provider).post(f"/vouchers/{voucher.code}/redeem", {}, once="wait")
    assert answer.json()["code"] == "not_confirmed"
    assert set(Milestone.objects.values_list("state", flat=True)) == {"declared"}
    assert books() == before


def test_a_provider_cannot_confirm_in_the_learners_place(client):
    """There is no such verb in the API, and the page asks for the learner's own session and password."""
    voucher = a_voucher(state=State.STARTED)
    caller = Caller.of(voucher.provider)
    for path in ("confirm", "milestones/1/confirm"):
        assert caller.post(f"/vouchers/{voucher.code}/{path}", {}).status_code == 404
    page = f"/learner/vouchers/{voucher.pk}/milestones/1/confirm/"
    assert client.post(page).url.startswith("/account/login/")
    user = voucher.learner.user
    client.force_login(user)
    assert client.post(page).url == "/account/2fa/"
    user.set_password("a-password-of-her-own")
    user.save()
    client.force_login(user)
    assert client.post(page).url.startswith("/account/reauthenticate/")
    assert voucher.milestones.get(number=1).state == "declared"


def test_without_the_learners_own_share_there_is_no_voucher_to_take_anywhere(books):
    """Contributions that were never collected: the provider cannot even see a voucher that is not paid."""
    voucher = a_voucher(state=State.RESERVED, own=True)
    before = books()
    answer = Caller.of(voucher.provider).post(f"/vouchers/{voucher.code}/accept", {})
    assert answer.status_code == 404
    assert Voucher.objects.get().issued_at is None
    assert books() == before


def test_a_milestone_is_paid_once_whatever_the_key(books):
    voucher = a_voucher(state=State.STARTED, confirmed=1)
    caller = Caller.of(voucher.provider)
    first = caller.post(f"/vouchers/{voucher.code}/redeem", {"milestone": 1}, once="one")
    before = books()
    second = caller.post(f"/vouchers/{voucher.code}/redeem", {"milestone": 1}, once="two")
    assert (first.status_code, second.status_code, second.json()["code"]) == (200, 409, "already_redeemed")
    assert books() == before


def test_a_scheme_never_awards_more_than_its_pot_holds(books):
    """The budget of 2001 had no ceiling."""
    scheme = schemes.set_up(preset("ila-wales-2003"), actor=ACTOR)
    schemes.pay_in(scheme, 500_00, reference="all there is", actor=ACTOR)
    learners = people.sign_up_learners([a_person(number) for number in range(3)], actor=ACTOR)
    accounts = opening.open_learning_accounts([(learner, scheme) for learner in learners], actor=ACTOR)
    made = [awarding.award([account], actor=ACTOR)[0] for account in accounts]
    assert [type(answer).__name__ for answer in made] == ["Award", "Award", "BudgetExhausted"]
    assert isinstance(made[2], errors.BudgetExhausted)
    assert ledger.balances([scheme.pot_id]) == {scheme.pot_id: 100_00}
    assert Purse.objects.count() == 2


def test_nobody_finds_a_learners_account_by_its_number(client):
    """No page and no endpoint takes an account or learner's number; another's pages are as if they were not there."""
    voucher, stranger = a_voucher(), learning_accounts(1)[0].learner
    client.force_login(stranger.user)
    theirs = client.get(f"/learner/vouchers/{voucher.pk}/")
    nobodys = client.get(f"/learner/vouchers/{stranger.pk}/")
    assert theirs.status_code == nobodys.status_code == 404
    caller = Caller.of(voucher.provider)
    for number in (voucher.learner_id, voucher.learning_account_id):
        assert caller.get(f"/vouchers/{number}").status_code == 404
        assert caller.get(f"/learners/{number}").status_code == 404


def test_a_course_is_not_sold_before_it_and_its_provider_are_accredited():
    """Bogus courses: either mark alone opens nothing."""
    course = CourseFactory(unaccredited=True, provider=ProviderFactory(unaccredited=True))
    run = CourseRunFactory(course=course)
    [account] = learning_accounts(1)
    assigning.name_advisers([account.learner], [an_adviser(cover=an_adviser())])
    for accredited in ({"course": course, "provider": None}, {"provider": course.provider}):
        [refusal] = submit([Draft(account, run)], actor=ACTOR)
        assert refusal.code == "not_on_sale"
        AccreditationFactory(**accredited)
    assert only(submit([Draft(account, run)], actor=ACTOR)).run == run


def test_a_price_that_is_raised_after_approval_changes_nothing_that_was_agreed(books):
    """The provider shows one price to whoever vets it and to the adviser, and then asks for another."""
    course = a_waiting_course(price_minor=120_00)
    ruled(course)
    run = CourseRun.objects.get(course=course)
    bought, waiting = (a_request(run=run, policy="open") for _ in range(2))
    voucher = only(buying.buy([bought.pk], learner=bought.learner, actor=ACTOR))
    CourseRun.objects.update(price_minor=190_00)
    before = books()
    # What is approved and not bought yet is not bought at the new price, nor at any other.
    [refusal] = buying.buy([waiting.pk], learner=waiting.learner, actor=ACTOR)
    assert refusal.code == "not_on_sale"
    waiting.refresh_from_db()
    assert (waiting.price_minor, waiting.voucher_id) == (120_00, None)
    # Not even when the new price has been vetted: the learner asks again.
    ruled(course, issuer="")
    [refusal] = buying.buy([waiting.pk], learner=waiting.learner, actor=ACTOR)
    assert refusal.code == "price_changed"
    voucher.refresh_from_db()
    assert (voucher.price_minor, voucher.state) == (120_00, State.ISSUED)
    assert books() == before


def test_a_price_that_is_raised_while_it_is_looked_at_is_not_accepted():
    course = a_waiting_course(price_minor=100_00)
    ruling = a_ruling(course)
    CourseRun.objects.update(price_minor=5_000_00)
    assert try_to_rule(ruling).code == "course_changed_meanwhile"
    assert not CourseRun.objects.on_sale(ledger.today()).exists()


def test_a_provider_does_not_say_what_its_course_is_worth_to_a_scheme():
    """The category, and the highest price, survive whatever the provider publishes."""
    course = a_waiting_course()
    ruled(course, category="0611")
    listing = CourseListing(course.identifier, "Anything else", keywords="0541 mathematics", level=3)
    only(publish_courses(course.provider, [listing], actor=ACTOR))
    course.refresh_from_db()
    assert (course.title, course.category, course.price_ceiling_minor) == ("Anything else", "0611", 132_00)


def test_nobody_accredits_the_courses_of_their_own_employer():
    course = a_waiting_course()
    insider = StaffFactory(provider=course.provider, roles=["delivery"])
    for decision in Decision:
        assert try_to_rule(a_ruling(course, decision), by=insider.user_id).code == "vetter_works_there"
    assert not CourseVetting.objects.exists()
    assert Course.objects.get().category == ""
