"""A learner's cases: stopping something in one press, following it, taking it back, and complaining."""

from __future__ import annotations

import pytest

from ledger.models import Transfer
from tests.factories.cases import not_me, settled, taken
from tests.factories.payouts import a_provider, redeemed
from tests.factories.payouts import settled as settled_run
from tests.factories.vouchers import ACTOR, a_voucher, learning_accounts, vouchers
from tests.web.learner.visiting import just_shown, signed_in, somebody, text
from vouchers import complaining, mediating
from vouchers.cases import Side
from vouchers.models import Case, Control, State, Voucher

pytestmark = pytest.mark.django_db


def test_each_line_of_the_statement_has_the_button_and_one_press_stops_its_voucher():
    voucher = a_voucher(state=State.STARTED, confirmed=1)
    client = signed_in(voucher.learner)
    page = client.get("/learner/statement/").content.decode()
    assert page.count(f'formaction="/learner/vouchers/{voucher.pk}/not-me/"') == 1
    assert f"/learner/accounts/{voucher.learning_account_id}/not-me/" in page
    line = Transfer.objects.get(kind="reservation")
    answer = client.post(f"/learner/vouchers/{voucher.pk}/not-me/", {"transfer": line.pk})
    case = Case.objects.get()
    assert answer.url == f"/learner/cases/{case.pk}/"
    voucher.refresh_from_db()
    assert (voucher.control, case.transfer) == (Control.FROZEN, line.pk)
    said = text(client.get(answer.url))
    assert "It is stopped" in said
    assert "Your voucher is frozen" in said
    assert "Waiting for a mediator" in said


def test_it_takes_no_password_and_looking_at_the_page_stops_nothing():
    voucher = a_voucher()
    client = signed_in(voucher.learner)
    assert "At once nothing can be paid" in text(client.get(f"/learner/vouchers/{voucher.pk}/not-me/"))
    assert not Case.objects.exists()
    client.post(f"/learner/vouchers/{voucher.pk}/not-me/")
    assert Case.objects.count() == 1


def test_an_account_is_stopped_from_its_own_page():
    voucher = a_voucher()
    client = signed_in(voucher.learner)
    address = f"/learner/accounts/{voucher.learning_account_id}/not-me/"
    assert "If you did not open this account in ILA Wales" in text(client.get(address))
    client.post(address)
    voucher.refresh_from_db()
    assert voucher.control == Control.FROZEN
    assert "Your account is frozen" in text(client.get(f"/learner/cases/{Case.objects.get().pk}/"))


def test_anothers_voucher_account_and_case_are_not_there():
    voucher, stranger = a_voucher(), learning_accounts(1)[0].learner
    case = not_me(voucher)
    client = just_shown(stranger)
    for address in (
        f"/learner/vouchers/{voucher.pk}/not-me/",
        f"/learner/accounts/{voucher.learning_account_id}/not-me/",
        f"/learner/cases/{case.pk}/",
        f"/learner/cases/{case.pk}/withdraw/",
    ):
        assert client.get(address).status_code == 404
        assert client.post(address, {"words": "Hm."}).status_code == 404
    assert case.entries.count() == 0


@pytest.mark.parametrize("line", ["not an id", "00000000-0000-7000-8000-000000000000"])
def test_a_line_that_is_none_is_no_error(line):
    voucher = a_voucher()
    answer = signed_in(voucher.learner).post(f"/learner/vouchers/{voucher.pk}/not-me/", {"transfer": line})
    assert answer.status_code == (302 if line == "not an id" else 404)


def test_the_learner_adds_to_the_case_and_answers_what_is_asked_on_the_first_page():
    case, mediator = taken(not_me())
    client = signed_in(case.learner)
    mediating.ask(case.pk, Side.LEARNER, "Who has your phone?", by=mediator, scheme=case.scheme, actor=ACTOR)
    assert "There is a question about your case" in text(client.get("/learner/"))
    page = client.get(f"/learner/cases/{case.pk}/")
    assert "Who has your phone?" in text(page)
    assert "Gwen Parry looks into it" in text(page)
    empty = client.post(f"/learner/cases/{case.pk}/", {"words": " "})
    assert (empty.status_code, "Write what you want to say." in text(empty)) == (422, True)
    client.post(f"/learner/cases/{case.pk}/", {"words": "<b>My brother.</b>"})
    assert "<b>My brother.</b>" in text(client.get(f"/learner/cases/{case.pk}/"))
    assert "There is a question about your case" not in text(client.get("/learner/"))


def test_to_take_it_back_the_learner_shows_that_it_is_them():
    case = not_me(a_voucher(state=State.STARTED))
    address = f"/learner/cases/{case.pk}/withdraw/"
    assert signed_in(case.learner).post(address).url.startswith("/account/reauthenticate/")
    case.refresh_from_db()
    assert case.is_open
    client = just_shown(case.learner)
    assert "Was it you after all?" in text(client.get(address))
    client.post(address)
    case.refresh_from_db()
    assert case.outcome == "withdrawn"
    assert "You took it back" in text(client.get(f"/learner/cases/{case.pk}/"))
    # Again, it is said that it is settled.
    assert "This case is settled already." in text(client.post(address, follow=True))


def test_after_it_was_upheld_the_statement_says_what_came_back_from_where():
    redeemed(a_provider())
    settled_run()
    case = settled(not_me(Voucher.objects.get()), upheld=True)
    client = signed_in(case.learner)
    said = text(client.get("/learner/statement/"))
    assert "ILA Wales put back what" in said
    assert "Came back from" in said
    assert "You were right" in text(client.get("/learner/cases/"))
    assert "being looked at" not in text(client.get(f"/learner/vouchers/{case.voucher_id}/"))


def test_a_complaint_is_made_about_a_course_and_read_by_its_provider():
    voucher = a_voucher(state=State.STARTED)
    client = signed_in(voucher.learner)
    page = client.get(f"/learner/complain/?voucher={voucher.pk}")
    assert f'value="{voucher.pk}" selected' in page.content.decode()
    client.post("/learner/complain/", {"about": "voucher", "voucher": voucher.pk, "words": "No teacher came."})
    case = Case.objects.get()
    assert (case.kind, case.voucher_id, case.entries.get().words) == ("complaint", voucher.pk, "No teacher came.")
    assert case in Case.objects.shown_to(voucher.provider)


@pytest.mark.parametrize(
    ("sent", "said"),
    [
        ({}, "Say what it is about."),
        ({"about": "voucher", "words": "!"}, "Choose the course that it is about."),
        ({"about": "service"}, "Say in a few words what happened."),
        ({"about": "account", "words": "!"}, "Select a valid choice"),
        ({"about": "voucher", "voucher": "nonsense", "words": "!"}, "Select a valid choice"),
    ],
)
def test_what_is_missing_in_a_complaint_is_said_beside_it_and_nothing_is_opened(sent, said):
    client = signed_in(a_voucher().learner)
    answer = client.post("/learner/complain/", sent)
    assert answer.status_code == 422
    assert said in text(answer)
    assert not Case.objects.exists()


def test_anothers_voucher_cannot_be_complained_about():
    voucher, other = vouchers(2)
    answer = signed_in(voucher.learner).post(
        "/learner/complain/", {"about": "voucher", "voucher": other.pk, "words": "!"}
    )
    assert answer.status_code == 422
    assert not Case.objects.exists()


def test_somebody_without_an_account_is_told_whom_to_talk_to():
    client = signed_in(somebody())
    assert "Talk to your adviser" in text(client.get("/learner/complain/"))
    assert client.post("/learner/complain/", {"about": "service", "words": "!"}).status_code in (200, 422)
    assert not Case.objects.exists()


def test_the_list_and_a_case_cost_a_fixed_number_of_queries(django_assert_num_queries):
    voucher = a_voucher()
    client = signed_in(voucher.learner)
    for _ in range(3):
        complaining.complain(
            "voucher",
            "!",
            learner=voucher.learner,
            account=voucher.learning_account_id,
            voucher=voucher.pk,
            actor=ACTOR,
        )
    client.get("/learner/cases/")
    with django_assert_num_queries(QUERIES):
        client.get("/learner/cases/")
    complaining.complain("service", "!", learner=voucher.learner, account=voucher.learning_account_id, actor=ACTOR)
    with django_assert_num_queries(QUERIES):
        client.get("/learner/cases/")


# The session, the user, the learner; the count, the cases; the clock, of the page and of the demonstration's calendar.
QUERIES = 7
