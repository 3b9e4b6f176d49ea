"""The key's own account: which key this is, and what each scheme owes its provider."""

from __future__ import annotations

from api.scopes import Scope
from providers.models import Provider
from tests.api.contract import holds
from tests.factories.api import Caller
from tests.factories.vouchers import a_voucher
from vouchers.models import State


def test_any_key_may_ask_which_key_it_is(provider: Provider) -> None:
    caller = Caller.of(provider, scopes=[Scope.REDEEM], name="the till")
    response = caller.get("/me")
    holds("GET", "/api/v1/me", response)
    assert response.json() == {
        "key": {
            "id": str(caller.key.pk),
            "prefix": f"wm_test_{caller.key.prefix}",
            "name": "the till",
            "mode": "test",
            "scopes": ["vouchers:redeem"],
            "expires_at": None,
        },
        "provider": {"id": str(provider.pk), "name": provider.name, "ukprn": provider.ukprn},
    }
    assert caller.plaintext[20:] not in response.content.decode()


def test_the_balance_is_what_was_redeemed_less_what_was_given_back(caller: Caller, provider: Provider) -> None:
    assert caller.get("/balance").json() == {"payables": []}
    a_voucher(provider=provider, state=State.CLOSED, worth=120_00)
    voucher = a_voucher(provider=provider, confirmed=1, worth=120_00)
    a_voucher(state=State.CLOSED)
    [made] = caller.post(f"/vouchers/{voucher.code}/redeem").json()["redemptions"]
    response = caller.get("/balance")
    holds("GET", "/api/v1/balance", response)
    assert response.json() == {
        "payables": [
            {
                "scheme": "ila-wales-2003",
                "scheme_name": "ILA Wales",
                "payable_minor": 150_00,
                "currency": "GBP",
                "payable_now_minor": 0,
                "on_hold_minor": 150_00,
                "under_review_minor": 0,
                "in_next_payout_minor": 0,
                "in_payout_minor": 0,
                "paid_minor": 0,
            }
        ]
    }
    caller.post(f"/redemptions/{made['id']}/reverse")
    assert caller.get("/balance").json()["payables"][0]["payable_minor"] == 120_00


def test_answers_are_not_kept_by_anybody_between(caller: Caller) -> None:
    assert caller.get("/me")["Cache-Control"] == "no-store"
