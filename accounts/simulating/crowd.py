"""A crowd: some of an imagined population, living through months under one version of rules.

Only those who ever ask for an account are kept, and each is looked at only in the months in which something happens to
them. The budget is everybody's, so a crowd asks for awards and is told which it gets (`running`); apart from that, no
person's story depends on another's, which is why a population can be divided among any number of crowds.
"""

from __future__ import annotations

import datetime as dt
from array import array
from collections import defaultdict
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import NamedTuple

from accounts.circumstances import Circumstances
from accounts.eligibility import Assessment, Verdict, assess, assess_group, believed
from accounts.entitling import amount
from accounts.rules import AwardRule, Rules
from accounts.simulating.behaviour import Behaviour
from accounts.simulating.holding import Purse, Voucher
from accounts.simulating.market import Market
from accounts.simulating.places import Place
from accounts.simulating.population import Person, draw
from accounts.simulating.report import Cell, Tally


class Ask(NamedTuple):
    """An award that somebody asks for: `kind` is its place in the rules, `since` the month of asking first."""

    need: int
    since: int
    place_in_queue: float
    number: int
    kind: int
    amount_minor: int
    is_first: bool


# Which of what was asked for is granted: the person's number and the kind.
Granted = Collection[tuple[int, int]]


@dataclass(slots=True)
class Moved:
    """What a crowd's money did in a month, in minor units."""

    courses: int = 0
    issued_minor: int = 0
    redeemed_minor: int = 0
    lapsed_minor: int = 0


@dataclass(slots=True)
class Ending:
    """How a crowd ended: what each cell of people came to, what is still held, and what each person got, in order."""

    cells: dict[Cell, Tally]
    held_minor: int
    open_minor: int
    awarded_to: array[int]
    paid_for: array[int]
    entitled: array[int]


@dataclass(frozen=True, slots=True)
class Setting:
    """What is tried out and on whom: the same for every crowd. `days` are the first days of the months."""

    rules: Rules
    place: Place
    seed: int
    days: tuple[dt.date, ...]


def first_days(starts_on: dt.date, months: int) -> Iterator[dt.date]:
    """The first days of so many months, from that of a day on."""
    for month in range(starts_on.month - 1, starts_on.month - 1 + months):
        yield dt.date(starts_on.year + month // 12, month % 12 + 1, 1)


class _Account:
    """Somebody who has asked for an account, from then on."""

    __slots__ = ("behaviour", "look_in", "never", "person", "purses", "since", "tally", "vouchers", "wants")

    def __init__(self, person: Person, behaviour: Behaviour) -> None:
        self.person, self.behaviour = person, behaviour
        self.purses: list[Purse] = []
        self.vouchers: list[Voucher] = []
        # When they look at courses next, once they have had money.
        self.look_in: int | None = None
        # What they ask for this month, by kind; since when they have waited for it; what they never get again.
        self.wants: dict[int, int] = {}
        self.since: dict[int, int] = {}
        self.never: set[int] = set()
        self.tally = Tally(people=1, entitled=1, applied=1)


class Crowd:
    """The people with these numbers. A month is `ask`, then `settle`; after the last one comes `end`."""

    def __init__(self, setting: Setting, numbers: range) -> None:
        self._setting, self._rules, self._days = setting, setting.rules, setting.days
        self._market = Market(setting.rules, setting.place)
        self._numbers = numbers
        self._cells: dict[Cell, Tally] = defaultdict(Tally)
        self._entitled = array("b", bytes(len(numbers)))
        self._accounts: list[_Account] = []
        self._due: list[list[_Account]] = [[] for _day in self._days]
        for number in numbers:
            self._meet(draw(setting.seed, number, setting.place, self._days[0]))

    def ask(self, month: int) -> tuple[list[Ask], Moved]:
        """Courses and purses end that are at their end, and who is due an award asks for it."""
        moved = Moved()
        asks: list[Ask] = []
        for account in self._due[month]:
            _end_what_is_over(account, month, self._days[month], moved)
            asks += self._asks(account, month)
        return asks, moved

    def settle(self, month: int, granted: Granted) -> Moved:
        """Purses are filled that are `granted`, people look and buy, and it is seen when they are due again."""
        moved = Moved()
        for account in self._due[month]:
            self._fill(account, month, granted)
            if account.look_in is not None and account.look_in <= month:
                self._look(account, month, moved)
            if (due := self._next(account, month)) is not None:
                self._due[due].append(account)
        self._due[month].clear()
        return moved

    def end(self) -> Ending:
        """What has become of everybody after the last month."""
        size = len(self._numbers)
        ending = Ending(self._cells, 0, 0, array("q", bytes(8 * size)), array("q", bytes(8 * size)), self._entitled)
        for account in self._accounts:
            tally, place = account.tally, account.person.number - self._numbers.start
            tally.awarded = int(bool(account.purses))
            tally.unfunded = int(bool(account.since) and not account.purses)
            tally.bought, tally.completed = min(1, tally.courses), min(1, tally.completed)
            tally.paid_minor = sum(sum(purse.given_minor.values()) for purse in account.purses)
            ending.awarded_to[place], ending.paid_for[place] = tally.awarded_minor, tally.paid_minor
            ending.held_minor += sum(purse.left_minor for purse in account.purses)
            ending.open_minor += sum(voucher.left_minor for voucher in account.vouchers)
            self._cells[_cell(account.person)].add(tally)
        return ending

    # Who could have an account, and who asks for one.

    def _meet(self, person: Person) -> None:
        tally = Tally(people=1)
        if (first := self._entitled_from(person.circumstances)) is not None:
            self._entitled[person.number - self._numbers.start] = tally.entitled = 1
            behaviour = Behaviour(self._setting.seed, person)
            month = max(first, behaviour.hears_in)
            if month < len(self._days) and self._applies(person, behaviour, self._days[month]):
                account = _Account(person, behaviour)
                self._accounts.append(account)
                self._due[month].append(account)
                return
        self._cells[_cell(person)].add(tally)

    def _entitled_from(self, who: Circumstances) -> int | None:
        """The first month in which the rules have room and an award for somebody; None when there is none."""
        first = self._month_of(assess(who, self._rules, self._days[0]))
        if first is None:
            return None
        on, proofs = self._days[first], self._rules.proofs
        months = [self._month_of(assess_group(who, rule.who, proofs, on)) for rule in self._rules.awards]
        return min((max(first, month) for month in months if month is not None), default=None)

    def _month_of(self, assessment: Assessment) -> int | None:
        """When somebody is eligible who was assessed: from the beginning, from a birthday on, or not in this time."""
        if assessment.eligible:
            return 0
        if (from_day := assessment.from_day) is None:
            return None
        return next((month for month, day in enumerate(self._days) if from_day <= day), None)

    def _applies(self, person: Person, behaviour: Behaviour, on: dt.date) -> bool:
        """Whether somebody who has heard of it asks for an account on that day, seeing what it would give them."""
        who, proofs = person.circumstances, self._rules.proofs
        if not behaviour.could_apply(len(proofs)) or not assess(who, self._rules, on).eligible:
            return False
        contents = [
            Purse.filled(number, rule, self._amount(rule, who, on, 0), on).contents()
            for number, rule in enumerate(self._rules.awards)
            if assess_group(who, rule.who, proofs, on).eligible
        ]
        return behaviour.applies(len(proofs), self._market.own_percent_of(person, behaviour, contents, on))

    # Awards.

    def _asks(self, account: _Account, month: int) -> Iterator[Ask]:
        """The awards that somebody is due, as `accounts.awarding` would judge them, and has not had."""
        on, who, person = self._days[month], account.person.circumstances, account.person
        account.wants = {}
        for kind, rule in enumerate(self._rules.awards):
            if kind in account.never or not _may_have_next(account, rule, on):
                continue
            if not self._is_eligible(account, kind, on):
                continue
            held = sum(purse.left_minor for purse in account.purses if purse.rule is rule)
            if amount_minor := self._amount(rule, who, on, held):
                account.wants[kind] = amount_minor
                since = account.since.setdefault(kind, month)
                place, first = account.behaviour.place_in_queue, not account.purses
                yield Ask(person.need, since, place, person.number, kind, amount_minor, first)

    def _is_eligible(self, account: _Account, kind: int, on: dt.date) -> bool:
        who, group = account.person.circumstances, self._rules.awards[kind].who
        found = (assess(who, self._rules, on), assess_group(who, group, self._rules.proofs, on))
        if all(assessment.eligible for assessment in found):
            return True
        # Nothing changes but their age: who is too old stays so.
        if any(assessment.verdict not in (Verdict.ELIGIBLE, Verdict.NOT_YET) for assessment in found):
            account.never.add(kind)
        return False

    def _amount(self, rule: AwardRule, who: Circumstances, on: dt.date, held_minor: int) -> int:
        return amount(rule, believed(who, self._rules.proofs, on), on, held_minor)

    def _fill(self, account: _Account, month: int, granted: Granted) -> None:
        had_none = not account.purses
        for kind, amount_minor in account.wants.items():
            if (account.person.number, kind) not in granted:
                if had_none and self._rules.budget.waiting_list is None:
                    # Turned away, and does not come again; whoever had an award before asks on for the next.
                    account.never.add(kind)
                continue
            rule = self._rules.awards[kind]
            account.purses.append(Purse.filled(len(account.purses), rule, amount_minor, self._days[month]))
            account.tally.awarded_minor += amount_minor
            del account.since[kind]
            if account.look_in is None:
                account.look_in = month + account.behaviour.first_look_in

    # Courses.

    def _look(self, account: _Account, month: int, moved: Moved) -> None:
        on, behaviour, tally = self._days[month], account.behaviour, account.tally
        if not any(purse.left_minor and purse.expires_on >= on for purse in account.purses):
            return
        look = self._market.look(behaviour)
        account.look_in = month + look.again_in
        bought = self._market.buy(account.person, behaviour, account.purses, look, month, on)
        if bought is None:
            return
        account.look_in += bought.offer.months
        account.vouchers.append(bought.voucher)
        tally.courses += 1
        tally.price_minor += bought.split.price_minor
        tally.own_minor += bought.split.own_minor
        moved.courses += 1
        moved.issued_minor += bought.split.from_purse_minor
        moved.redeemed_minor += bought.started_minor

    def _next(self, account: _Account, month: int) -> int | None:
        """The next month in which something happens to somebody; None when nothing does before the end."""
        months = [voucher.ends_in for voucher in account.vouchers]
        if account.look_in is not None and account.look_in > month:
            months.append(account.look_in)
        for later in range(month + 1, min([len(self._days), *months])):
            on = self._days[later]
            if any(purse.left_minor and purse.expires_on < on for purse in account.purses) or any(
                kind not in account.never and _may_have_next(account, rule, on)
                for kind, rule in enumerate(self._rules.awards)
            ):
                return later
        return min((each for each in months if each < len(self._days)), default=None)


def _end_what_is_over(account: _Account, month: int, on: dt.date, moved: Moved) -> None:
    """Vouchers before purses: what a course gives back may end with its purse."""
    for voucher in [each for each in account.vouchers if each.ends_in <= month]:
        redeemed_minor, lapsed_minor = voucher.end(on)
        moved.redeemed_minor += redeemed_minor
        moved.lapsed_minor += lapsed_minor
        account.tally.completed += voucher.finishes
        account.vouchers.remove(voucher)
    for purse in account.purses:
        if purse.left_minor and purse.expires_on < on:
            moved.lapsed_minor += purse.left_minor
            purse.left_minor = 0


def _may_have_next(account: _Account, rule: AwardRule, on: dt.date) -> bool:
    newest = next((purse for purse in reversed(account.purses) if purse.rule is rule), None)
    return newest is None or newest.is_over(on)


def _cell(person: Person) -> Cell:
    return person.need, person.level, person.age_band
