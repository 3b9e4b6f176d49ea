"""Stripe, as far as we talk to it: a real HTTP server that answers in Stripe's own shapes and errors.

What it owes us of webhooks is in `owed`, oldest first, and whoever tests decides when, how often and in which order
they come. Whatever is asked with an idempotency key is answered the same the next time, and refused with other words.
"""

from __future__ import annotations

import itertools
import json
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from stripe import WebhookSignature

import config.urls  # noqa: F401 before the settings change: with Stripe in them, the sandbox's pay page is not there

KEY, SECRET = "sk_test_double", "whsec_double"
Thing = dict[str, Any]


class StripeError(Exception):
    """An answer that is not 200, as Stripe words it."""

    def __init__(self, status: int, kind: str, code: str, message: str) -> None:
        super().__init__(message)
        self.status = status
        self.body = {"error": {"type": kind, "code": code, "message": message}}


def refused(code: str, message: str, status: int = 400) -> StripeError:
    return StripeError(status, "invalid_request_error", code, message)


class StripeDouble(ThreadingHTTPServer):
    """`sessions`, `refunds` and `payouts` are what is kept here, and `balance` each change of the balance with what it
    is about; `page` the most of them in one answer; `asked` each request as method and path; `ill` the next answers
    that are errors of Stripe's own, by status."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.sessions: dict[str, Thing] = {}
        self.refunds: dict[str, Thing] = {}
        self.disputed: set[str] = set()
        self.payouts: dict[str, Thing] = {}
        self.balance: list[Thing] = []
        self.page = 100
        self.owed: list[Thing] = []
        self.asked: list[tuple[str, str]] = []
        self.ill: list[int] = []
        self.answered: dict[str, tuple[Thing, Thing]] = {}
        self.lock = threading.Lock()
        self.numbers = itertools.count(1)

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"

    # What a person does at Stripe's page, or their bank does later.

    def pay(self, session_id: str) -> None:
        """A good card, or one that passed its challenge."""
        session = self.sessions[session_id]
        if session["status"] == "open":
            session |= {"status": "complete", "payment_status": "paid", "payment_intent": self.new_id("pi")}
            self.tell("checkout.session.completed", session)
            self.charge(session)

    def decline(self, session_id: str) -> None:
        """The page stays open for another card."""
        payment = {"id": self.new_id("pi"), "object": "payment_intent", "status": "requires_payment_method"}
        self.tell("payment_intent.payment_failed", payment | {"amount": self.sessions[session_id]["amount_total"]})

    def pay_later(self, session_id: str) -> None:
        """A payment that is on its way: nothing is taken yet."""
        session = self.sessions[session_id]
        session |= {"status": "complete", "payment_intent": self.new_id("pi")}
        self.tell("checkout.session.completed", session)

    def money_comes(self, session_id: str) -> None:
        """What was on its way is there, perhaps an hour later."""
        session = self.sessions[session_id]
        session["payment_status"] = "paid"
        self.tell("checkout.session.async_payment_succeeded", session)
        self.charge(session)

    def money_does_not_come(self, session_id: str) -> None:
        self.tell("checkout.session.async_payment_failed", self.sessions[session_id])

    def run_out(self, session_id: str) -> None:
        session = self.sessions[session_id]
        session["status"] = "expired"
        self.tell("checkout.session.expired", session)

    def refund_fails(self, refund_id: str) -> None:
        """The card's bank sends it back, perhaps days later."""
        refund = self.refunds[refund_id]
        refund |= {"status": "failed", "failure_reason": "lost_or_stolen_card"}
        self.tell("refund.failed", refund)
        self.book("refund_failure", refund, refund["amount"])

    def dispute(self, session_id: str, amount: int | None = None) -> Thing:
        """The card's holder tells their bank that it was not them."""
        session = self.sessions[session_id]
        self.disputed.add(session["payment_intent"])
        dispute = {
            "id": self.new_id("du"),
            "object": "dispute",
            "amount": session["amount_total"] if amount is None else amount,
            "charge": "ch_1",
            "currency": session["currency"],
            "evidence": {"customer_name": "Amina Rahman"},
            "metadata": {},
            "payment_intent": session["payment_intent"],
            "reason": "fraudulent",
            "status": "needs_response",
        }
        self.tell("charge.dispute.created", dispute)
        self.book("adjustment", dispute, -dispute["amount"], 20_00)
        return dispute

    def dispute_ends(self, dispute: Thing, status: str) -> None:
        self.tell("charge.dispute.closed", dispute | {"status": status})
        if status == "won":
            self.book("adjustment", dispute, dispute["amount"])

    # The balance, and what is paid out of it.

    def charge(self, session: Thing) -> None:
        charge = {"id": self.new_id("ch"), "object": "charge", "billing_details": {"name": "Amina Rahman"}}
        charge |= {"payment_intent": session["payment_intent"], "currency": session["currency"], "metadata": {}}
        self.book("charge", charge, session["amount_total"], session["amount_total"] * 15 // 1000 + 20)

    def book(self, kind: str, source: Thing | None, amount: int, fee: int = 0, currency: str = "gbp") -> Thing:
        """A change of the balance, which the next payout has in it."""
        change = {
            "id": self.new_id("txn"),
            "object": "balance_transaction",
            "amount": amount,
            "currency": currency,
            "exchange_rate": None,
            "fee": fee,
            "fee_details": [{"amount": fee, "currency": currency, "type": "stripe_fee"}] if fee else [],
            "net": amount - fee,
            "payout": None,
            "reporting_category": kind,
            "source": source,
            "status": "available",
            "type": kind,
        }
        self.balance.append(change)
        return change

    def pay_out(self, currency: str = "gbp") -> Thing:
        """All that is there, as Stripe does by itself each day."""
        mine = [change for change in self.balance if change["payout"] is None and change["currency"] == currency]
        payout = {
            "id": self.new_id("po"),
            "object": "payout",
            "amount": sum(change["net"] for change in mine),
            "automatic": True,
            "currency": currency,
            "destination": "ba_1",
            "reconciliation_status": "completed",
            "status": "paid",
        }
        self.payouts[payout["id"]] = payout
        for change in [*mine, self.book("payout", payout, -payout["amount"], currency=currency)]:
            change["payout"] = payout["id"]
        self.tell("payout.paid", payout)
        return payout

    def payout_fails(self, payout: Thing) -> None:
        """The bank sends it back, perhaps days later: the next payout has it in it."""
        payout |= {"status": "failed", "failure_code": "account_closed"}
        self.book("payout_failure", payout, payout["amount"], currency=payout["currency"])
        self.tell("payout.failed", payout)

    # Webhooks.

    def tell(self, kind: str, thing: Thing) -> None:
        self.owed.append(
            {
                "id": self.new_id("evt"),
                "object": "event",
                "api_version": "2025-03-31.basil",
                "created": int(time.time()),
                "livemode": False,
                "type": kind,
                "data": {"object": json.loads(json.dumps(thing))},
            }
        )

    def signed(self, event: Thing, *, age: int = 0, secret: str = SECRET) -> tuple[bytes, str]:
        body = json.dumps(event)
        return body.encode(), WebhookSignature.generate_signature_header(body, secret, timestamp=int(time.time()) - age)

    def post_webhooks(self, post: Callable[[bytes, str], int]) -> list[int]:
        """Post what is owed, in its order; what is not answered with 2xx stays owed, as Stripe tries again."""
        answers = [(event, post(*self.signed(event))) for event in self.owed]
        self.owed = [event for event, status in answers if not 200 <= status < 300]
        return [status for _event, status in answers]

    # The API.

    def answer(self, method: str, path: str, asked: Thing, key: str, authorization: str) -> Thing:
        if authorization != f"Bearer {KEY}":
            raise StripeError(401, "invalid_request_error", "api_key_invalid", "Invalid API Key provided")
        if key in self.answered:
            before, answer = self.answered[key]
            if before != {"path": path} | asked:
                raise StripeError(400, "idempotency_error", "", "Keys for idempotent requests can only be used with...")
            return answer
        answer = self.act(method, path.strip("/").split("/")[1:], asked)
        if key:
            # As it was then: what becomes of it later is not told in the same words.
            self.answered[key] = ({"path": path} | asked, json.loads(json.dumps(answer)))
        return answer

    def act(self, method: str, path: list[str], asked: Thing) -> Thing:
        match method, path:
            case "POST", ["checkout", "sessions"]:
                return self.new_session(asked)
            case "POST", ["checkout", "sessions", session_id, "expire"]:
                if self.find_session(session_id)["status"] != "open":
                    raise refused("", "Only Checkout Sessions with a status in ['open'] can be expired.")
                self.run_out(session_id)
                return self.sessions[session_id]
            case "POST", ["refunds"]:
                return self.new_refund(asked)
            case "GET", ["refunds"]:
                mine = [one for one in self.refunds.values() if one["payment_intent"] == asked["payment_intent"]]
                return {"object": "list", "url": "/v1/refunds", "has_more": False, "data": mine[::-1]}
            case "GET", ["balance_transactions"]:
                return self.changes(asked)
        raise refused("", f"Unrecognized request URL ({method}: {'/'.join(path)}).", 404)

    def find_session(self, session_id: str) -> Thing:
        if session_id not in self.sessions:
            raise refused("resource_missing", f"No such checkout.session: {session_id}", 404)
        return self.sessions[session_id]

    def changes(self, asked: Thing) -> Thing:
        """A page of what a payout is made of, the newest first, and the payout itself with it."""
        if asked["payout"] not in self.payouts:
            raise refused("resource_missing", f"No such payout: '{asked['payout']}'", 404)
        mine = [change for change in self.balance if change["payout"] == asked["payout"]][::-1]
        ids = [change["id"] for change in mine]
        after = ids.index(asked["starting_after"]) + 1 if "starting_after" in asked else 0
        size = min(int(asked.get("limit", 10)), self.page)
        expanded = asked.get("expand[0]") == "data.source"
        data = [
            {name: value for name, value in change.items() if name != "payout"}
            | {"source": change["source"] if expanded or not change["source"] else change["source"]["id"]}
            for change in mine[after : after + size]
        ]
        more = len(mine) > after + size
        return {"object": "list", "url": "/v1/balance_transactions", "has_more": more, "data": data}

    def new_session(self, asked: Thing) -> Thing:
        now, expires_at = time.time(), int(asked.get("expires_at", time.time() + 86_400))
        if not now + 1_800 <= expires_at <= now + 86_460:
            raise refused("", "The `expires_at` timestamp must be between 30 minutes and 24 hours from now.")
        price = "line_items[0][price_data]"
        session_id = self.new_id("cs_test")
        self.sessions[session_id] = {
            "id": session_id,
            "object": "checkout.session",
            "amount_total": int(asked[f"{price}[unit_amount]"]) * int(asked["line_items[0][quantity]"]),
            "client_reference_id": asked["client_reference_id"],
            "currency": asked[f"{price}[currency]"],
            "customer_details": {"email": "amina@example.org", "name": "Amina Rahman"},
            "expires_at": expires_at,
            "livemode": False,
            "metadata": {"reference": asked["metadata[reference]"]},
            "mode": asked["mode"],
            "payment_intent": None,
            "payment_status": "unpaid",
            "status": "open",
            "success_url": asked["success_url"],
            "url": f"https://checkout.stripe.example/c/pay/{session_id}",
        }
        return self.sessions[session_id]

    def new_refund(self, asked: Thing) -> Thing:
        payment, amount = asked["payment_intent"], int(asked["amount"])
        session = next((one for one in self.sessions.values() if one["payment_intent"] == payment), None)
        if session is None or session["payment_status"] != "paid":
            raise refused("resource_missing", f"No such payment_intent: '{payment}'", 404)
        if payment in self.disputed:
            raise refused("charge_disputed", "Charge ch_1 has been charged back; cannot issue a refund.")
        live = [one for one in self.refunds.values() if one["payment_intent"] == payment and one["status"] != "failed"]
        if amount > session["amount_total"] - sum(one["amount"] for one in live):
            raise refused("", f"Refund amount ({amount}) is greater than unrefunded amount on charge.")
        refund_id = self.new_id("re")
        self.refunds[refund_id] = {
            "id": refund_id,
            "object": "refund",
            "amount": amount,
            "charge": "ch_1",
            "currency": session["currency"],
            "metadata": {"reference": asked["metadata[reference]"]},
            "payment_intent": payment,
            "status": "succeeded",
        }
        self.tell("refund.created", self.refunds[refund_id])
        self.book("refund", self.refunds[refund_id], -amount)
        return self.refunds[refund_id]

    def new_id(self, prefix: str) -> str:
        return f"{prefix}_{next(self.numbers):014d}"


class _Handler(BaseHTTPRequestHandler):
    server: StripeDouble
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        self._answer("GET", urlsplit(self.path).query)

    def do_POST(self) -> None:
        self._answer("POST", self.rfile.read(int(self.headers["Content-Length"] or 0)).decode())

    def _answer(self, method: str, query: str) -> None:
        double, path = self.server, urlsplit(self.path).path
        with double.lock:
            double.asked.append((method, path))
            try:
                if double.ill:
                    raise StripeError(double.ill.pop(0), "api_error", "", "Something went wrong on Stripe's end.")
                key, authorization = self.headers.get("Idempotency-Key", ""), self.headers.get("Authorization", "")
                status, answer = 200, double.answer(method, path, dict(parse_qsl(query)), key, authorization)
            except StripeError as error:
                status, answer = error.status, error.body
        body = json.dumps(answer).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: Any) -> None:
        """Quiet."""


@contextmanager
def running(settings: Any) -> Iterator[StripeDouble]:
    """A double that this installation takes for Stripe."""
    with StripeDouble() as double:
        settings.PAYMENTS_GATEWAY = "payments.stripe.StripeGateway"
        settings.STRIPE_SECRET_KEY, settings.STRIPE_WEBHOOK_SECRETS = KEY, [SECRET]
        settings.STRIPE_LIVE, settings.STRIPE_API = False, double.address
        thread = threading.Thread(target=double.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
        thread.start()
        try:
            yield double
        finally:
            double.shutdown()
            thread.join()
