"""An adviser asks a provider for something: nothing goes out without the learner's yes, and a lower price is theirs."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from accounts.models import Learner
from brokerage import buying, changing, deciding_errors, errors, leaving
from brokerage.advocacy import advocating
from brokerage.advocacy import errors as no
from brokerage.advocacy.models import Advocacy, Wanted
from brokerage.models import Request
from brokerage.organisation_models import Interest, MarkWithdrawal, QualityMark
from brokerage.organisations import declaring, marking
from brokerage.organisations.errors import Interested, MarkNeeded
from brokerage.requesting import quote
from config.refusals import only
from ledger import now, today
from ledger.models import Event
from tests.factories.advocacy import WORDS, answered, proposed, sent
from tests.factories.brokerage import a_request, an_adviser
from tests.factories.providers import ProviderFactory
from tests.factories.vouchers import ACTOR
from vouchers.agreeing_errors import NotBelowTheListPrice
from vouchers.errors import NotOnSale
from vouchers.models import AgreedPrice

pytestmark = pytest.mark.django_db
LOWER: dict[str, Any] = {"price_minor": 90_00}


def until(days: int = 7) -> dt.date:
    return today() + dt.timedelta(days=days)


def again(request: Request) -> Request:
    return Request.objects.select_related("run", "learner").get(pk=request.pk)


def test_the_provider_sees_nothing_until_the_learner_says_yes() -> None:
    advocacy = proposed()
    provider = advocacy.run.course.provider
    assert not Advocacy.objects.waiting_at(provider).exists()
    with pytest.raises(no.AdvocacyNotFound):
        answered(advocacy, agrees=False, words="No.")
    advocating.consent(advocacy.pk, named=False, learner=advocacy.learner, actor=ACTOR)
    waits = Advocacy.objects.waiting_at(provider).get()
    assert (waits.words, waits.named, waits.answer_by) == (WORDS, False, waits.consented_at + dt.timedelta(days=7))
    assert not Advocacy.objects.waiting_at(ProviderFactory()).exists()


def test_without_a_yes_it_cannot_be_sent_even_by_hand() -> None:
    advocacy = proposed()
    with pytest.raises(IntegrityError, match="advocacy_goes_out_with_the_learners_yes"), transaction.atomic():
        Advocacy.objects.filter(pk=advocacy.pk).update(state="sent")


def test_the_yes_is_the_learners_alone() -> None:
    advocacy, other = proposed(), a_request().learner
    with pytest.raises(no.AdvocacyNotFound):
        advocating.consent(advocacy.pk, named=True, learner=other, actor=ACTOR)
    with pytest.raises(no.AdvocacyNotFound):
        advocating.call_off(advocacy.pk, learner=other, actor=ACTOR)


def test_a_yes_to_a_price_is_a_price_for_that_learner() -> None:
    asked = a_request(worth=120_00, own=True)
    advocacy = answered(sent(asked), **LOWER, until=until())
    agreed = AgreedPrice.objects.get()
    assert (agreed.learner_id, agreed.run_id, agreed.price_minor) == (asked.learner_id, asked.run_id, 90_00)
    assert (agreed.source, agreed.list_minor, agreed.until) == (advocacy.subject, 120_00, until())
    priced = quote(asked.learning_account, [asked.run])[asked.run_id]
    assert (priced.split.price_minor, priced.split.own_minor) == (90_00, 45_00)
    assert advocacy.state == "agreed"


def test_what_was_asked_for_already_is_cheaper_by_the_learners_own_act_alone(books: Any) -> None:
    asked = a_request(worth=120_00, own=True)
    answered(sent(asked), **LOWER, until=until())
    before = books()
    assert (again(asked).price_minor, again(asked).own_minor) == (120_00, 60_00)
    changing.take_lower_price(asked.pk, (90_00, 45_00), learner=asked.learner, actor=ACTOR)
    after = again(asked)
    assert (after.price_minor, after.from_purse_minor, after.own_minor) == (90_00, 45_00, 45_00)
    assert (after.state, after.policy, after.approvals_needed) == (asked.state, asked.policy, asked.approvals_needed)
    assert books() == before
    assert Event.objects.get(kind="request.changed").data["price_minor"] == 90_00
    with pytest.raises(deciding_errors.NothingLower):
        changing.take_lower_price(asked.pk, (90_00, 45_00), learner=asked.learner, actor=ACTOR)


def test_it_is_bought_at_the_lower_price() -> None:
    asked = a_request(worth=120_00, own=True, policy="open")
    answered(sent(asked), **LOWER, until=until())
    changing.take_lower_price(asked.pk, (90_00, 45_00), learner=asked.learner, actor=ACTOR)
    voucher = only(buying.buy([asked.pk], learner=asked.learner, actor=ACTOR))
    assert (voucher.price_minor, voucher.own_minor) == (90_00, 45_00)


def test_a_price_that_was_not_shown_or_is_not_theirs_is_not_taken() -> None:
    asked = a_request(worth=120_00, own=True)
    with pytest.raises(deciding_errors.NothingLower):
        changing.take_lower_price(asked.pk, (90_00, 45_00), learner=asked.learner, actor=ACTOR)
    answered(sent(asked), **LOWER, until=until())
    with pytest.raises(deciding_errors.SeenOtherwise):
        changing.take_lower_price(asked.pk, (80_00, 40_00), learner=asked.learner, actor=ACTOR)
    with pytest.raises(errors.RequestNotFound):
        changing.take_lower_price(asked.pk, (90_00, 45_00), learner=a_request().learner, actor=ACTOR)
    assert again(asked).price_minor == 120_00


@pytest.mark.parametrize(
    ("said", "refusal"),
    [
        ({"price_minor": 120_00, "until": True}, NotBelowTheListPrice),
        ({"price_minor": 0, "until": True}, NotBelowTheListPrice),
        ({"price_minor": 90_00}, no.PriceMissing),
        ({"until": True}, no.PriceMissing),
        ({"agrees": False}, no.AdvocacyWordsMissing),
    ],
    ids=["no less", "nothing", "until when", "how much", "no without a reason"],
)
def test_an_answer_that_says_too_little_leaves_everything(said: dict[str, Any], refusal: type[Exception]) -> None:
    advocacy = sent()
    said = {"agrees": True} | said | ({"until": until()} if said.get("until") else {})
    with pytest.raises(refusal):
        answered(advocacy, **said)
    advocacy.refresh_from_db()
    assert (advocacy.state, advocacy.answered_at, AgreedPrice.objects.count()) == ("sent", None, 0)


def test_there_is_one_answer_and_it_is_the_run_s_own_provider_s() -> None:
    advocacy = sent(wanted=Wanted.ADJUSTMENT)
    said = advocating.Answer(True, "We have a ramp at the back door.")
    with pytest.raises(no.AdvocacyNotFound):
        advocating.answer(advocacy.pk, said, by=ProviderFactory(), actor=ACTOR)
    assert answered(advocacy, words=said.words).answer == "We have a ramp at the back door."
    with pytest.raises(no.AdvocacyOver):
        answered(advocacy, agrees=False, words="No.")
    assert not AgreedPrice.objects.exists()
    kinds = list(Event.objects.filter(subject=advocacy.subject).order_by("id").values_list("kind", flat=True))
    assert kinds == ["advocacy.proposed", "advocacy.sent", "advocacy.answered", "advocacy.told_adviser"]


def test_a_yes_is_taken_back_until_there_is_an_answer() -> None:
    advocacy = sent()
    advocating.call_off(advocacy.pk, learner=advocacy.learner, actor=ACTOR)
    with pytest.raises(no.AdvocacyNotFound):
        answered(advocacy, **LOWER, until=until())
    with pytest.raises(no.AdvocacyOver):
        advocating.consent(advocacy.pk, named=True, learner=advocacy.learner, actor=ACTOR)
    told = answered(sent(wanted=Wanted.PLACE), agrees=False, words="It is full.")
    with pytest.raises(no.AdvocacyOver):
        advocating.call_off(told.pk, learner=told.learner, actor=ACTOR)


def test_an_adviser_asks_for_their_own_learners_alone_once_and_for_what_is_on_sale() -> None:
    asked = a_request(worth=120_00, own=True)
    advocacy = proposed(asked)

    def propose(**other: Any) -> Advocacy:
        said = {"learner": asked.learner_id, "run": asked.run_id, "wanted": Wanted.PLACE, "words": "Please."}
        by = {"by": asked.adviser, "actor": ACTOR}
        return advocating.propose(**said | by | other)

    with pytest.raises(no.AdvocacyNotFound):
        propose(by=an_adviser("Somebody Else"))
    with pytest.raises(no.AdvocacyOpen):
        propose(wanted=Wanted.PRICE)
    with pytest.raises(no.AdvocacyWordsMissing):
        propose(words="  ")
    type(asked.run).objects.filter(pk=asked.run_id).update(withdrawn_at=now())
    with pytest.raises(NotOnSale):
        propose()
    with pytest.raises(NotOnSale):
        advocating.consent(advocacy.pk, named=False, learner=asked.learner, actor=ACTOR)
    assert Advocacy.objects.count() == 1


def test_an_adviser_with_an_interest_in_the_provider_asks_nothing_of_it() -> None:
    asked = a_request(worth=120_00, own=True)
    declaring.declare(Interest.Kind.WORKS, asked.run.course.provider, by=asked.adviser, actor=ACTOR)
    with pytest.raises(Interested):
        proposed(asked)
    assert not Advocacy.objects.exists()


def test_without_a_quality_mark_nobody_brokers() -> None:
    asked = a_request(worth=120_00, own=True)
    [mark] = QualityMark.objects.filter(organisation=asked.adviser.organisation)
    marking.withdraw_mark(mark, MarkWithdrawal.Reason.ISSUER, by=asked.adviser.user_id, actor=ACTOR)
    with pytest.raises(MarkNeeded):
        proposed(asked)


def test_whoever_leaves_is_asked_for_no_more() -> None:
    advocacy = sent()
    leaving.leave(advocacy.learner_id, actor=ACTOR)
    advocacy.refresh_from_db()
    assert (advocacy.state, advocacy.words) == ("ended", "[erased]")
    assert Learner.objects.get(pk=advocacy.learner_id).erased_at
