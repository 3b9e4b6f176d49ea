"""The story: a learner spends, an adviser approves, a provider redeems, and the ledger proves it; over real HTTP."""

from __future__ import annotations

import datetime as dt
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4

import requests
from django.conf import settings
from rich.console import Console
from rich.table import Table

import ledger
from accounts.models import Learner, Purse
from brokerage.models import Request
from brokerage.requesting import Quote, quote
from ledger import verification
from providers.models import CourseRun
from town.browser import Browser
from town.filling import live_until
from town.founding import HEROINE, Town
from vouchers.models import Payable, State, Voucher

PATIENCE = 60


class DidNotHold(AssertionError):
    """Something in the story was not as it must be."""


@dataclass
class Story:
    """Plays the steps one after the other, and prints each with the balances before and after."""

    town: Town
    address: str
    key: str
    run: CourseRun
    console: Console
    step: int = 0
    before: dict[str, int] = field(default_factory=dict)
    voucher: Voucher | None = None

    def play(self) -> None:
        """The whole story. Raises DidNotHold or PageProblem at the first thing that is not as it must be."""
        self.before = self._balances()
        learner, adviser = Browser(self.address), Browser(self.address)
        self._told("Sioned signs in and finds a course", lambda: self._choose(learner))
        self._told("She asks for it", lambda: self._ask(learner))
        self._told("Her adviser talks with her, and answers", lambda: self._advise(adviser))
        self._told("She goes ahead: the account's share is set aside", lambda: self._go_ahead(learner))
        self._told("She pays her own share by card; the voucher is issued", lambda: self._pay(learner))
        self._told("The provider accepts, over the API", self._accept)
        self._told("The course starts; the provider says so, she confirms", lambda: self._reach(1, learner))
        self._told("The provider redeems what is confirmed, and once only", self._redeem)
        self._told("The course ends; the provider says so, she confirms", lambda: self._reach(2, learner))
        self._told("The provider redeems the rest; the voucher closes", self._finish)

    def _choose(self, learner: Browser) -> None:
        self._sign_in(learner, HEROINE)
        learner.expect("Hello Sioned")
        learner.open(f"/learner/courses/?q={self.run.course.title}").expect(self.run.course.title)
        learner.open(f"/learner/courses/{self.run.pk}/").expect("What it costs you")

    def _ask(self, learner: Browser) -> None:
        learner.press("Ask for this course", note="I could do more at work with this.").expect("Waiting for")

    def _advise(self, adviser: Browser) -> None:
        asked = Request.objects.select_related("adviser__user").get(learner__user__email=HEROINE, run=self.run)
        self._sign_in(adviser, asked.adviser.user.email)  # type: ignore[union-attr]
        adviser.open(f"/desk/requests/{asked.pk}/").expect("Sioned Parry")
        if adviser.says("Talk first"):
            adviser.press("Put it on the record", channel="phone", minutes="18", note="It fits her plan and her week.")
        adviser.press("Send your answer", outcome="approve", reasons="A good next step.")
        self._hold(Request.objects.get(pk=asked.pk).state == "approved", "the request is approved")

    def _go_ahead(self, learner: Browser) -> None:
        asked = Request.objects.get(learner__user__email=HEROINE, run=self.run)
        learner.open(f"/learner/requests/{asked.pk}/").follow("Go ahead")
        self._as_herself(learner, "Yes, go ahead")
        self.voucher = Voucher.objects.filter(reference=asked.subject).first()
        self._hold(self.voucher is not None, f"there is a voucher ({learner.url} {learner.told()})")

    def _pay(self, learner: Browser) -> None:
        voucher = self._fresh()
        if voucher.state == State.RESERVED:
            learner.open(f"/learner/vouchers/{voucher.pk}/pay/").press("Pay by card")
            learner.press("Pay", card="4242 4242 4242 4242")
        self._wait(lambda: self._fresh().state == State.ISSUED, "the card's webhook issues the voucher")
        learner.open(f"/learner/vouchers/{voucher.pk}/").expect("Issued")

    def _accept(self) -> None:
        self._call("accept", 200)
        self._hold(self._fresh().state == State.ACCEPTED, "the voucher is accepted")

    def _reach(self, number: int, learner: Browser) -> None:
        voucher = self._fresh()
        run = voucher.run
        day = run.starts_on if number == 1 else run.ends_on
        moment = dt.datetime.combine(day, dt.time(15), dt.UTC)
        if moment > ledger.now():
            live_until(self.town, moment)
            self.console.print(f"   [dim]The town's calendar moves to {day:%-d %B %Y}.[/dim]")
        if number == 1:
            self._call("start", 200, {"occurred_on": day.isoformat()})
        else:
            self._call(f"milestones/{number}/declare", 200, {"occurred_on": day.isoformat()})
        early = self._post(f"vouchers/{voucher.code}/redeem", {"milestone": number})
        refused = early.json().get("code")
        self._hold(
            refused in ("not_confirmed", "nothing_to_redeem"), f"nothing is paid before she confirms ({refused})"
        )
        learner.open(f"/learner/vouchers/{voucher.pk}/milestones/{number}/confirm/")
        self._as_herself(learner, "Yes, I confirm it")
        state = voucher.milestones.get(number=number).state
        self._hold(state == "confirmed", "she has confirmed it with her own password")

    def _redeem(self) -> None:
        voucher = self._fresh()
        first = voucher.milestones.get(number=1)
        if not first.amount_minor:
            return
        key = str(uuid4())
        answers = [self._post(f"vouchers/{voucher.code}/redeem", {"milestone": 1}, key) for _ in range(2)]
        self._hold(all(answer.status_code == 200 for answer in answers), f"redeemed ({answers[0].text[:200]})")
        self._hold(answers[1].headers.get("Idempotency-Replayed") == "true", "a lost answer is answered again")
        again = self._post(f"vouchers/{voucher.code}/redeem", {"milestone": 1})
        self._hold(again.json().get("code") == "already_redeemed", "a second redemption is refused")

    def _finish(self) -> None:
        voucher = self._fresh()
        answer = self._post(f"vouchers/{voucher.code}/redeem", {})
        self._hold(answer.status_code == 200, f"redeemed ({answer.text[:200]})")
        voucher = self._fresh()
        self._hold(voucher.state == State.CLOSED and voucher.outcome == "completed", "the voucher is closed")
        self._hold(ledger.balances([voucher.account_id])[voucher.account_id] == 0, "nothing is left in it")

    def _as_herself(self, learner: Browser, button: str) -> None:
        """Press a button that moves money: she gives her password again, and what she asked for goes on."""
        learner.press(button)
        if learner.says("Confirm that it is you"):
            learner.press("Go on", password=settings.DEMO_PASSWORD)

    def _sign_in(self, browser: Browser, email: str) -> None:
        browser.open("/account/login/").press("Sign in", login=email, password=settings.DEMO_PASSWORD)

    def _call(self, verb: str, expected: int, body: dict[str, Any] | None = None) -> None:
        answer = self._post(f"vouchers/{self._fresh().code}/{verb}", body or {})
        self._hold(answer.status_code == expected, f"{verb} answers {expected} ({answer.text[:200]})")

    def _post(self, path: str, body: dict[str, Any], key: str = "") -> requests.Response:
        headers = {"Authorization": f"Bearer {self.key}", "Idempotency-Key": key or str(uuid4())}
        return requests.post(f"{self.address}/api/v1/{path}", json=body, headers=headers, timeout=30)

    def _fresh(self) -> Voucher:
        assert self.voucher is not None  # from the moment she goes ahead
        return Voucher.objects.select_related("run__course__provider").get(pk=self.voucher.pk)

    def _wait(self, held: Callable[[], bool], what: str) -> None:
        until = time.monotonic() + PATIENCE
        while not held():
            if time.monotonic() > until:
                raise DidNotHold(what)
            time.sleep(0.2)

    def _hold(self, held: bool, what: str) -> None:
        if not held:
            raise DidNotHold(what)

    def _told(self, words: str, act: Callable[[], None]) -> None:
        self.step += 1
        self.console.print(f"\n[bold]{self.step:>2}. {words}[/bold]")
        act()
        after = self._balances()
        table = Table(show_header=False, box=None, padding=(0, 2, 0, 3))
        for name, amount in after.items():
            was = self.before.get(name, 0)
            if was != amount:
                table.add_row(name, _pounds(was), "→", f"[bold]{_pounds(amount)}[/bold]")
        if table.row_count:
            self.console.print(table)
        verdict = verification.verify()
        if verdict.broken:
            raise DidNotHold(f"the ledger: {verdict.broken}")
        self.console.print(
            f"   [green]✓[/green] [dim]The ledger holds: {verdict.transfers:,} transfers, sum zero.[/dim]"
        )
        self.before = after

    def _balances(self) -> dict[str, int]:
        """What the story is about, by name, in minor units."""
        learner = Learner.objects.get(user__email=HEROINE)
        accounts = {
            "Sioned's account": Purse.objects.get(learning_account__learner=learner).ledger_account_id,
            "Card payments": self.town.schemes["wales"].card_clearing_id,
        }
        payable = Payable.objects.filter(provider=self.run.course.provider, scheme=self.town.schemes["wales"]).first()
        if payable:
            accounts[f"Owed to {self.run.course.provider.name}"] = payable.account_id
        if self.voucher:
            accounts["The voucher"] = self.voucher.account_id
        found = ledger.balances(accounts.values())
        return {name: found[account] for name, account in accounts.items()}


def choose_run(town: Town, *, fed: bool) -> CourseRun:
    """A run that Sioned can buy now, with a share of her own to pay, that is over soonest: at the college near her,
    and one that an adviser has to approve where there is one; or, `fed`, of a provider that came with a feed.

    Raises DidNotHold when there is none.
    """
    learner = Learner.objects.get(user__email=HEROINE)
    account = learner.learning_accounts.select_related("scheme", "learner").get()
    runs = CourseRun.objects.on_sale(ledger.today()).select_related("course__provider", "venue")
    if fed:
        runs = runs.exclude(course__provider__in=town.nations)
    else:
        runs = runs.filter(course__provider__name="Coleg y Foryd")
    soonest = list(runs.filter(price_minor__gte=5000, price_minor__lte=40000).order_by("ends_on", "id")[:80])
    quotes: dict[Any, Quote] = quote(account, soonest)
    own = [run for run in soonest if quotes[run.pk].split.own_minor and quotes[run.pk].split.from_purse_minor]
    own.sort(key=lambda run: (not fed and quotes[run.pk].policy != "structured", run.ends_on))
    if not own:
        raise DidNotHold("there is no course that she can buy")
    return own[0]


def _pounds(amount_minor: int) -> str:
    sign = "−" if amount_minor < 0 else ""
    return f"{sign}£{abs(amount_minor) // 100:,}.{abs(amount_minor) % 100:02}"
