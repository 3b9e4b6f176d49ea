"""Card problems on a manager's pages: what waits, what can be done about it, and that each is done once."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Callable
from typing import Any
from uuid import UUID

import pytest
from django.test import Client
from django.utils import timezone

from accounts.models import Look, Scheme, SchemeManager
from ledger.models import Event
from payments.gateway import Entry
from payments.models import CardRefund, Checkout, GatewayEntry, GatewayEvent, GatewayPayout
from tests.factories.accounts import a_manager
from tests.factories.accounts import a_scheme as another_scheme
from tests.factories.payments import event, refund_event, session_event, signed
from tests.factories.vouchers import ACTOR, a_scheme, a_voucher
from tests.vouchers.test_card_disputes import disputed
from tests.web.learner.visiting import PASSWORD, text
from tests.web.provider.visiting import just_shown
from tests.web.test_scheme_pages import signed_in
from vouchers import copayment, ending
from vouchers.cards import paying_out, reconciling
from vouchers.models import CardHold, State, Voucher

pytestmark = pytest.mark.django_db
LIST = "/scheme/ila-wales-2003/card-problems/"
Books = Callable[[], dict[UUID, int]]


@pytest.fixture
def manager() -> SchemeManager:
    return who_signs_in(a_scheme())


def who_signs_in(scheme: Scheme) -> SchemeManager:
    """A manager of this scheme who has a password."""
    manager = a_manager(scheme)
    manager.user.set_password(PASSWORD)
    manager.user.save()
    return manager


@pytest.fixture
def client(manager: SchemeManager) -> Client:
    return just_shown(manager.user)


def failed() -> CardRefund:
    """A refund of a voucher whose learner withdrew, that did not reach the card."""
    voucher = a_voucher(own=True)
    ending.withdraw(voucher.pk, learner=voucher.learner, actor=ACTOR)
    refund = CardRefund.objects.get(checkout__voucher=voucher)
    copayment.hear(*signed(refund_event(refund, "failed")))
    return refund


def lost(state: State = State.ISSUED) -> CardHold:
    voucher = a_voucher(own=True, state=state)
    disputed(voucher, "lost")
    return CardHold.objects.get(voucher=voucher)


def mismatched() -> GatewayEvent:
    voucher = a_voucher(own=True, state=State.RESERVED)
    checkout = copayment.begin(voucher, success_url="http://x.example/", cancel_url="http://x.example/", actor=ACTOR)
    copayment.hear(*signed(session_event(checkout, amount_total=1_00)))
    return GatewayEvent.objects.get(checkout=checkout)


def test_where_there_are_none_the_page_says_so_and_the_scheme_s_page_asks_for_nothing(client: Client) -> None:
    assert "There are none. All card money is where it should be." in text(client.get(LIST))
    assert "waits for somebody" not in text(client.get("/scheme/ila-wales-2003/"))


def test_all_that_waits_is_listed_with_what_it_is_and_what_to_do(client: Client) -> None:
    refund, loss, message = failed(), lost(), mismatched()
    copayment.hear(*signed(session_event(Checkout(gateway_id="cs_elsewhere", amount_minor=5_00, currency="GBP"))))
    page = text(client.get(LIST))
    assert "4 card problems" in page
    assert "Refunds that did not reach the card" in page
    assert Voucher.objects.get(checkout=refund.checkout).run.course.title in page
    assert "Payments that the card's bank took back" in page
    assert loss.voucher.run.course.title in page
    assert f"{message.event_id} Voucher {Voucher.objects.get(checkout=message.checkout).code}" in page
    assert "A card payment of £1.00 It is not the amount that was asked for" in page
    assert "A card payment of £5.00 Nobody here asked for this." in page
    assert "4 card problems wait for somebody" in text(client.get("/scheme/ila-wales-2003/"))


def test_a_refund_is_sent_to_the_card_again(client: Client) -> None:
    refund = failed()
    answer = client.post(f"{LIST}refunds/{refund.pk}/", {"how": "again"}, follow=True)
    assert "It is on its way to the card again." in answer.content.decode()
    assert "There are none." in text(answer)
    refund.refresh_from_db()
    assert refund.followed_by == "again"
    assert CardRefund.objects.get(instead_of=refund).state == "pending"
    assert client.get(f"{LIST}refunds/{refund.pk}/").status_code == 404
    assert client.post(f"{LIST}refunds/{refund.pk}/", {"how": "again"}).status_code == 404
    assert CardRefund.objects.count() == 2


def test_a_refund_was_paid_in_another_way_and_who_said_so_is_kept(client: Client, manager: SchemeManager) -> None:
    refund = failed()
    client.post(f"{LIST}refunds/{refund.pk}/", {"how": "by_hand", "reference": "FT 26/0114"})
    refund.refresh_from_db()
    assert (refund.followed_by, refund.paid_by) == ("by_hand", "FT 26/0114")
    said = Event.objects.get(kind="voucher.refund_paid_by_hand")
    assert said.actor == f"user:{manager.user_id}"
    assert "FT" not in str(said.data)


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({}, "Say what you want to do."),
        ({"how": "burn", "reference": "FT 1"}, "Select a valid choice"),
        ({"how": "keep", "reference": "FT 1"}, "Select a valid choice"),
        ({"how": "by_hand"}, "Enter the bank's reference of the payment"),
        ({"how": "by_hand", "reference": "an Łukasz"}, "Enter the bank's reference of the payment"),
        ({"how": "by_hand", "reference": "FT 1" * 9}, "at most 35 characters"),
        ({"how": "by_hand", "reference": "FT\x001"}, "Null characters are not allowed"),
    ],
)
def test_what_is_wrong_is_said_and_what_was_typed_is_kept(
    client: Client, books: Books, typed: dict[str, str], said: str
) -> None:
    refund = failed()
    before = books()
    answer = client.post(f"{LIST}refunds/{refund.pk}/", typed)
    assert answer.status_code == 422
    assert said in text(answer)
    if "\x00" not in (reference := typed.get("reference", "")):
        assert reference in answer.content.decode()
    refund.refresh_from_db()
    assert (refund.followed_by, books()) == ("", before)


def test_what_the_card_s_bank_took_back_already_can_be_kept(client: Client) -> None:
    refund = failed()
    disputed(Voucher.objects.get(checkout=refund.checkout), "lost")
    assert "Keep it: the card's bank has taken the payment back already" in text(
        client.get(f"{LIST}refunds/{refund.pk}/")
    )
    for twice in ({"how": "again"}, {"how": "by_hand", "reference": "FT 1"}):
        assert client.post(f"{LIST}refunds/{refund.pk}/", twice).status_code == 422
    client.post(f"{LIST}refunds/{refund.pk}/", {"how": "keep"})
    refund.refresh_from_db()
    assert refund.followed_by == "chargeback"


@pytest.mark.parametrize(("what", "state", "control"), [("bear", "issued", "clear"), ("end", "closed", "clear")])
def test_a_voucher_whose_payment_was_taken_back_goes_on_or_ends(
    client: Client, what: str, state: str, control: str
) -> None:
    loss = lost()
    page = text(client.get(f"{LIST}losses/{loss.pk}/"))
    assert "£60.00" in page
    assert "the voucher is frozen" in page
    assert client.post(f"{LIST}losses/{loss.pk}/", {"what": what}).url == LIST
    voucher = Voucher.objects.get(pk=loss.voucher_id)
    assert (voucher.state, voucher.control) == (state, control)
    assert client.post(f"{LIST}losses/{loss.pk}/", {"what": what}).status_code == 404


def test_what_its_provider_has_earned_cannot_end_and_is_not_offered(client: Client) -> None:
    loss = lost(State.STARTED)
    assert "It ends" not in text(client.get(f"{LIST}losses/{loss.pk}/"))
    answer = client.post(f"{LIST}losses/{loss.pk}/", {"what": "end"})
    assert (answer.status_code, Voucher.objects.get(pk=loss.voucher_id).state) == (422, "started")


def test_a_message_is_dealt_with_once(client: Client, manager: SchemeManager, books: Books) -> None:
    message = mismatched()
    before = books()
    assert client.post(f"{LIST}messages/{message.pk}/").url == LIST
    assert client.post(f"{LIST}messages/{message.pk}/").status_code == 404
    assert "There are none." in text(client.get(LIST))
    said = Event.objects.get(kind="card_problem.dealt_with")
    assert (said.actor, said.data["problem"], books()) == (f"user:{manager.user_id}", "amount", before)


def test_looking_at_somebody_s_refund_is_kept_for_them_to_read(client: Client, manager: SchemeManager) -> None:
    refund = failed()
    voucher = Voucher.objects.get(checkout=refund.checkout)
    page = text(client.get(f"{LIST}refunds/{refund.pk}/"))
    assert voucher.learner.name in page
    look = Look.objects.get()
    assert (look.learner, look.user, look.subject) == (voucher.learner, manager.user, voucher.subject)


def test_what_moves_money_asks_for_the_password_again(manager: SchemeManager, books: Books) -> None:
    refund, loss = failed(), lost()
    before, browser = books(), signed_in(manager)
    for path, typed in ((f"refunds/{refund.pk}/", {"how": "again"}), (f"losses/{loss.pk}/", {"what": "bear"})):
        assert browser.post(f"{LIST}{path}", typed).status_code == 302
    assert (books(), CardRefund.objects.count(), CardHold.objects.to_decide().count()) == (before, 1, 1)


def test_another_scheme_s_problems_do_not_exist(client: Client, books: Books) -> None:
    refund, loss, message = failed(), lost(), mismatched()
    other = another_scheme()
    before = books()
    stranger = just_shown(who_signs_in(other).user)
    theirs = f"/scheme/{other.slug}/card-problems/"
    for path in (f"refunds/{refund.pk}/", f"losses/{loss.pk}/"):
        assert stranger.get(f"{theirs}{path}").status_code == 404
        assert stranger.get(f"{LIST}{path}").status_code == 404
    for at in (theirs, LIST):
        assert stranger.post(f"{at}refunds/{refund.pk}/", {"how": "again"}).status_code == 404
        assert stranger.post(f"{at}losses/{loss.pk}/", {"what": "bear"}).status_code == 404
        assert stranger.post(f"{at}messages/{message.pk}/").status_code == 404
    assert "There are none." in text(stranger.get(theirs))
    assert client.get(f"{LIST}refunds/{uuid.uuid4()}/").status_code == 404
    assert Client().get(LIST).status_code == 302
    assert books() == before


@pytest.mark.parametrize("status", ["odd", None])
def test_a_message_in_a_currency_or_of_an_amount_that_nobody_knows_is_listed_all_the_same(
    client: Client, status: str | None
) -> None:
    thing = {"id": "re_1", "object": "refund", "amount": status, "currency": "zzz", "status": "succeeded"}
    copayment.hear(*signed(event("refund.updated", thing)))
    assert "A refund of an amount that it did not name that arrived" in text(client.get(LIST))
    copayment.hear(*signed(event("refund.updated", thing | {"amount": 1, "id": "re_2"})))
    assert client.get(LIST).status_code == 200


def test_the_list_costs_the_same_queries_for_one_and_for_many(
    client: Client, django_assert_max_num_queries: Any
) -> None:
    for make in (failed, lost, mismatched):
        make()
    with django_assert_max_num_queries(25) as once:
        client.get(LIST)
    for make in (failed, lost, mismatched):
        make()
    with django_assert_max_num_queries(25) as more:
        client.get(LIST)
    assert len(once) == len(more)


def unplaced(**said: Any) -> GatewayEntry:
    """Part of a payout of 57.00, of no payment of ours unless that is said."""
    payout = GatewayPayout.objects.create(gateway="stripe", gateway_id="po_1", amount_minor=57_00, currency="GBP")
    GatewayPayout.objects.update(taken_in_at=payout.heard_at)
    entry = {"gateway_id": "txn_1", "kind": "charge", "amount_minor": 58_00, "fee_minor": 1_00, "currency": "GBP"}
    return GatewayEntry.objects.create(payout=payout, **entry | {"problem": "unknown"} | said)


def stuck() -> GatewayPayout:
    """A payout that was heard of two days ago, and nothing of what it is made of."""
    long_ago = timezone.now() - dt.timedelta(days=2)
    return GatewayPayout.objects.create(
        gateway="stripe", gateway_id="po_stuck", amount_minor=5_00, currency="GBP", heard_at=long_ago
    )


def late() -> Checkout:
    """A payment that should be in a payout by now."""
    voucher = a_voucher(own=True)
    long_ago = timezone.now() - reconciling.PAID_OUT_WITHIN - dt.timedelta(minutes=1)
    Checkout.objects.filter(voucher=voucher).update(paid_at=long_ago)
    return Checkout.objects.get(voucher=voucher)


def test_where_the_card_money_is_is_said_with_what_was_kept_and_paid_out(client: Client) -> None:
    a_voucher(own=True)
    payment = Checkout.objects.get()
    payout = GatewayPayout.objects.create(gateway="sandbox", gateway_id="po_1", amount_minor=58_90, currency="GBP")
    entry = Entry("txn_1", "charge", "ch_1", payment.payment_id, "", 60_00, 1_10, "GBP")
    paying_out.take_in(payout.pk, [entry], actor=ACTOR)
    page = text(client.get(LIST))
    assert "There are none. All card money is where it should be." in page
    assert "Paid by card £60.00" in page
    assert "Kept by the card gateway as its fees £1.10 Paid out to the bank £58.90" in page
    assert "Still with the card gateway £0.00" in page


def test_part_of_a_payout_that_does_not_fit_is_dealt_with_once(client: Client, manager: SchemeManager) -> None:
    entry = unplaced()
    page = text(client.get(LIST))
    assert "1 card problem" in page
    assert "£58.00, less a fee of £1.00 (charge) Nobody here asked for this." in page
    url = f"{LIST}entries/{entry.pk}/"
    assert "you have dealt with it" in client.post(url, follow=True).content.decode()
    assert client.post(url).status_code == 404
    said = Event.objects.get(kind="card_problem.dealt_with")
    assert (said.subject, said.actor) == (f"gateway_entry:{entry.pk}", f"user:{manager.user_id}")
    assert "There are none." in text(client.get(LIST))


def test_part_of_a_payout_that_is_of_another_scheme_s_payment_is_not_seen(client: Client) -> None:
    a_voucher(own=True)
    entry = unplaced(checkout=Checkout.objects.get(), problem="amount")
    assert "It is not the amount that was asked for" in text(client.get(LIST))
    others = just_shown(who_signs_in(another_scheme()).user)
    theirs = f"/scheme/{another_scheme().slug}/card-problems/"
    assert others.post(f"{theirs}entries/{entry.pk}/").status_code == 404
    assert GatewayEntry.objects.unresolved().exists()


def test_a_payout_that_does_not_add_up_is_dealt_with(client: Client) -> None:
    payout = stuck()
    young = GatewayPayout.objects.create(gateway="stripe", gateway_id="po_new", amount_minor=5_00, currency="GBP")
    page = text(client.get(LIST))
    assert "Payouts that do not add up" in page
    assert "po_stuck" in page
    assert "po_new" not in page
    assert client.post(f"{LIST}payouts/{young.pk}/").status_code == 404
    assert client.post(f"{LIST}payouts/{payout.pk}/").status_code == 302
    assert client.post(f"{LIST}payouts/{payout.pk}/").status_code == 404
    assert list(GatewayPayout.objects.to_take_in()) == [young]


def test_a_payment_that_has_not_come_to_the_bank_is_listed(client: Client) -> None:
    payment = late()
    page = text(client.get(LIST))
    assert "They were paid more than 14 days ago and are in no payout." in page
    assert Voucher.objects.get(checkout=payment).run.course.title in page
    assert payment.payment_id in page
