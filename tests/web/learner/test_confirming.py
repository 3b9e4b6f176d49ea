"""The learner's word on what their provider said, given with their own factor, or that it is not right."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from ledger.models import Event
from tests.factories.vouchers import a_voucher, learning_accounts
from tests.web.learner.visiting import PASSWORD, just_shown, signed_in, text
from vouchers.models import Dispute, State, Voucher

pytestmark = pytest.mark.django_db


@pytest.fixture
def voucher() -> Voucher:
    return a_voucher(state=State.STARTED)


def address(voucher: Voucher, then: str = "confirm/", number: int = 1) -> str:
    return f"/learner/vouchers/{voucher.pk}/milestones/{number}/{then}"


def first_step(voucher: Voucher) -> Any:
    return voucher.milestones.get(number=1)


def test_the_page_asks_one_thing(voucher: Voucher) -> None:
    page = text(signed_in(voucher.learner).get(address(voucher)))
    assert f"{voucher.provider.name} says that you started “{voucher.run.course.title}” on" in page
    assert "If you confirm it, they can be paid £30.00. Nobody is paid until you do." in page


def test_confirming_needs_the_password_and_records_it(voucher: Voucher) -> None:
    client = signed_in(voucher.learner)
    sent = client.post(address(voucher))
    assert sent.url.startswith("/account/reauthenticate/")
    assert first_step(voucher).state == "declared"
    client.post(sent.url, {"password": PASSWORD, "next": address(voucher)})
    step = first_step(voucher)
    assert (step.state, step.confirmed_how) == ("confirmed", "password")
    event = Event.objects.get(kind="milestone.confirmed")
    assert event.actor == f"user:{voucher.learner.user_id}"


@pytest.mark.parametrize(
    ("shown", "recorded"),
    [
        ({}, "password"),
        ({"method": "mfa", "type": "webauthn"}, "passkey"),
        ({"method": "mfa", "type": "totp"}, "totp"),
        ({"method": "mfa", "type": "recovery_codes"}, "one_time_code"),
    ],
)
def test_the_factor_is_the_one_that_was_shown(voucher: Voucher, shown: dict[str, str], recorded: str) -> None:
    response = just_shown(voucher.learner, **shown).post(address(voucher), follow=True)
    assert "Thank you. You have confirmed it." in text(response)
    assert first_step(voucher).confirmed_how == recorded


def test_having_signed_in_is_not_enough(voucher: Voucher) -> None:
    response = just_shown(voucher.learner, reauthenticated=False).post(address(voucher))
    assert response.url.startswith("/account/reauthenticate/")
    assert first_step(voucher).state == "declared"


def test_having_shown_it_long_ago_is_not_enough(voucher: Voucher) -> None:
    response = just_shown(voucher.learner, at=0).post(address(voucher))
    assert response.url.startswith("/account/reauthenticate/")
    assert first_step(voucher).state == "declared"


def test_confirming_twice_is_confirming_once(voucher: Voucher) -> None:
    client = just_shown(voucher.learner)
    client.post(address(voucher))
    again = client.post(address(voucher))
    assert again.url == f"/learner/vouchers/{voucher.pk}/"
    assert Event.objects.filter(kind="milestone.confirmed").count() == 1


def test_what_has_not_been_declared_cannot_be_confirmed(voucher: Voucher) -> None:
    client = just_shown(voucher.learner)
    assert client.get(address(voucher, number=2)).url == f"/learner/vouchers/{voucher.pk}/"
    response = client.post(address(voucher, number=2), follow=True)
    assert "There is nothing to confirm" in text(response)
    assert voucher.milestones.get(number=2).state == "planned"


@pytest.mark.parametrize("number", [0, 3, 99999999999999999999])
def test_a_step_that_does_not_exist_is_not_found(voucher: Voucher, number: int) -> None:
    assert just_shown(voucher.learner).post(address(voucher, number=number)).status_code == 404


def test_saying_that_it_is_not_right_stops_the_money(voucher: Voucher, books: Callable[[], Any]) -> None:
    before = books()
    response = signed_in(voucher.learner).post(
        address(voucher, "not-right/"), {"reason": "I was <b>not</b> there."}, follow=True
    )
    page = text(response)
    assert "Nothing is paid until this has been looked at." in page
    assert "This voucher is being looked at" in page
    assert "I was &lt;b&gt;not&lt;/b&gt; there." in response.content.decode()
    voucher.refresh_from_db()
    assert voucher.control == "under_review"
    assert first_step(voucher).state == "disputed"
    assert books() == before


def test_saying_so_twice_is_saying_it_once(voucher: Voucher) -> None:
    client = signed_in(voucher.learner)
    for _ in range(2):
        response = client.post(address(voucher, "not-right/"), {"reason": "I was not there."})
        assert response.url == f"/learner/vouchers/{voucher.pk}/"
    assert Dispute.objects.count() == 1


@pytest.mark.parametrize("reason", ["", "  ", "w" * 2001, "\x00"])
def test_a_reason_that_cannot_be_used_is_asked_for_again(voucher: Voucher, reason: str) -> None:
    response = signed_in(voucher.learner).post(address(voucher, "not-right/"), {"reason": reason})
    assert response.status_code == 422
    assert "There is a problem" in text(response)
    assert first_step(voucher).state == "declared"
    voucher.refresh_from_db()
    assert voucher.control == "clear"


def test_what_is_looked_at_is_not_confirmed(voucher: Voucher) -> None:
    Voucher.objects.filter(pk=voucher.pk).update(control="frozen")
    response = just_shown(voucher.learner).post(address(voucher), follow=True)
    assert "This voucher is being looked at, so nothing can be paid from it yet." in text(response)
    assert first_step(voucher).state == "declared"


@pytest.mark.parametrize("then", ["confirm/", "not-right/"])
def test_another_learner_s_step_does_not_exist(voucher: Voucher, then: str) -> None:
    stranger = just_shown(learning_accounts(1)[0].learner)
    assert stranger.get(address(voucher, then)).status_code == 404
    assert stranger.post(address(voucher, then), {"reason": "Not mine."}).status_code == 404
    assert first_step(voucher).state == "declared"
