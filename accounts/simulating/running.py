"""Running: rules tried out over an imagined population, month by month. Nothing is posted, and nothing real is read."""

from __future__ import annotations

import datetime as dt
import signal
from array import array
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from functools import partial
from multiprocessing import Pipe, Process
from multiprocessing.connection import Connection
from typing import Any

from accounts.rules import Rules
from accounts.simulating.crowd import Ask, Crowd, Ending, Moved, Setting, first_days
from accounts.simulating.places import Place, place_of
from accounts.simulating.report import Cell, Month, Report, Tally

LEARNERS, MOST_LEARNERS = 10_000, 1_000_000
MONTHS, MOST_MONTHS = 24, 120
LARGEST_SEED = 2**31 - 1
# The first month, unless somebody says otherwise: a January, so that the calendar years are whole.
STARTS_ON = dt.date(2026, 1, 1)


def run(
    rules: Rules,
    *,
    currency: str = "GBP",
    learners: int = 2_000,
    seed: int = 1,
    months: int = MONTHS,
    budget_minor: int | None = None,
    starts_on: dt.date = STARTS_ON,
    place: Place | None = None,
    processes: int = 1,
) -> Report:
    """What comes of these rules when so many imagined people could hear of them, over so many months.

    `budget_minor` is for the whole time, over awards less what comes back, and never exceeded; without one, it is the
    ceiling of the rules, and without that nothing limits it. `place` is where the people live, which else the rules
    say: to compare two versions, they live in one. The same arguments give the same report, with any number of
    `processes`. Amounts are minor units of `currency`. Raises ValueError for a number that cannot be.
    """
    _check(learners=learners, seed=seed, months=months, budget_minor=budget_minor)
    budget_minor = rules.budget.ceiling_minor if budget_minor is None else budget_minor
    place = place or place_of(rules.who.residence, currency)
    setting = Setting(rules, place, seed, tuple(first_days(starts_on, months)))
    with _crowds(setting, learners, processes) as crowds:
        by_month = tuple(_live(crowds, setting, budget_minor))
        endings = [crowd.end() for crowd in crowds]
    return Report(
        currency=currency,
        seed=seed,
        learners=learners,
        starts_on=setting.days[0],
        budget_minor=budget_minor,
        by_month=by_month,
        cells=_together(endings),
        held_minor=sum(ending.held_minor for ending in endings),
        open_minor=sum(ending.open_minor for ending in endings),
        awarded_to=_one_after_the_other("q", [ending.awarded_to for ending in endings]),
        paid_for=_one_after_the_other("q", [ending.paid_for for ending in endings]),
        entitled=_one_after_the_other("b", [ending.entitled for ending in endings]),
    )


def _check(*, learners: int, seed: int, months: int, budget_minor: int | None) -> None:
    for name, value, most in (
        ("learners", learners, MOST_LEARNERS),
        ("months", months, MOST_MONTHS),
        ("seed", seed + 1, LARGEST_SEED + 1),
    ):
        if not 1 <= value <= most:
            raise ValueError(f"{name} is out of range")
    if budget_minor is not None and budget_minor < 0:
        raise ValueError("a budget is not negative")


def _live(crowds: Sequence[Crowd | _Remote], setting: Setting, budget_minor: int | None) -> Iterator[Month]:
    rules, left_minor, made = setting.rules, budget_minor, Counter[int]()
    for month, on in enumerate(setting.days):
        asked = _all(crowds, "ask", month)
        asks = [ask for several, _moved in asked for ask in several]
        lapsed = sum(moved.lapsed_minor for _asks, moved in asked)
        left_minor = None if left_minor is None else left_minor + lapsed
        granted = list(_grant(asks, rules, left_minor, made))
        awarded_minor = sum(ask.amount_minor for ask in granted)
        left_minor = None if left_minor is None else left_minor - awarded_minor
        settled: list[Moved] = _all(crowds, "settle", month, {(ask.number, ask.kind) for ask in granted})
        refused = _refused(asks, granted, listed=rules.budget.waiting_list is not None)
        yield _month(on, granted, [*(moved for _asks, moved in asked), *settled], rules, refused)


def _grant(asks: list[Ask], rules: Rules, left_minor: int | None, made: Counter[int]) -> Iterator[Ask]:
    """Those who get what they ask for, as long as there is money and the rules have awards left; counted in `made`.

    In the order of the waiting list, or as they come where there is none. Whoever's award does not fit waits, and a
    smaller one after it may fit.
    """
    neediest_first = rules.budget.waiting_list == "most_need_first"
    for ask in sorted(asks, key=lambda ask: (-ask.need * neediest_first, ask[1:])):
        most = rules.awards[ask.kind].awards_at_most
        if (most is not None and made[ask.kind] >= most) or (left_minor is not None and ask.amount_minor > left_minor):
            continue
        made[ask.kind] += 1
        left_minor = None if left_minor is None else left_minor - ask.amount_minor
        yield ask


def _refused(asks: Sequence[Ask], granted: Sequence[Ask], *, listed: bool) -> int:
    """How many people got nothing of what they asked for; without a list, of those who asked for the first time."""
    served = {ask.number for ask in granted}
    return len({ask.number for ask in asks if (listed or ask.is_first) and ask.number not in served})


def _month(on: dt.date, granted: Sequence[Ask], moved: Sequence[Moved], rules: Rules, refused: int) -> Month:
    listed = rules.budget.waiting_list is not None
    return Month(
        on=on,
        awards=len(granted),
        awarded_minor=sum(ask.amount_minor for ask in granted),
        courses=sum(each.courses for each in moved),
        issued_minor=sum(each.issued_minor for each in moved),
        redeemed_minor=sum(each.redeemed_minor for each in moved),
        lapsed_minor=sum(each.lapsed_minor for each in moved),
        turned_away=0 if listed else refused,
        waiting=refused if listed else 0,
    )


def _together(endings: Sequence[Ending]) -> dict[Cell, Tally]:
    whole: dict[Cell, Tally] = {}
    for ending in endings:
        for cell, tally in ending.cells.items():
            whole.setdefault(cell, Tally()).add(tally)
    return whole


def _one_after_the_other(kind: str, parts: Sequence[array[int]]) -> array[int]:
    whole = array(kind)
    for part in parts:
        whole.extend(part)
    return whole


class _Remote:
    """A crowd in a process of its own: each call is sent at once, and its answer taken when it is wanted."""

    def __init__(self, setting: Setting, numbers: range) -> None:
        self._ours, theirs = Pipe()
        self._process = Process(target=_serve, args=(theirs, setting, numbers), daemon=True)
        self._process.start()
        theirs.close()

    def send(self, verb: str, *arguments: Any) -> None:
        self._ours.send((verb, arguments))

    def take(self) -> Any:
        """The answer of the call sent last. Raises RuntimeError when the process has ended without one."""
        try:
            return self._ours.recv()
        except EOFError:
            raise RuntimeError("a process of the simulation has ended before its time") from None

    def end(self) -> Ending:
        self.send("end")
        ending: Ending = self.take()
        return ending

    def stop(self) -> None:
        """End the process, whatever it is doing."""
        self._process.terminate()
        self._process.join()
        self._ours.close()


def _serve(pipe: Connection, setting: Setting, numbers: range) -> None:
    # Whoever started this ends it: also when both are interrupted from the keyboard.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    crowd = Crowd(setting, numbers)
    while True:
        verb, arguments = pipe.recv()
        pipe.send(getattr(crowd, verb)(*arguments))


def _all(crowds: Sequence[Crowd | _Remote], verb: str, *arguments: Any) -> list[Any]:
    """What every crowd answers, all of them at work at once."""
    answers: list[Callable[[], Any]] = []
    for crowd in crowds:
        if isinstance(crowd, _Remote):
            crowd.send(verb, *arguments)
            answers.append(crowd.take)
        else:
            answers.append(partial(getattr(crowd, verb), *arguments))
    return [answer() for answer in answers]


@contextmanager
def _crowds(setting: Setting, learners: int, processes: int) -> Iterator[Sequence[Crowd | _Remote]]:
    """The population in so many parts, each in a process of its own where there are several."""
    parts = min(max(1, processes), learners)
    numbers = [range(learners * part // parts, learners * (part + 1) // parts) for part in range(parts)]
    if parts == 1:
        yield [Crowd(setting, numbers[0])]
        return
    with ExitStack() as stack:
        remotes = []
        for each in numbers:
            remotes.append(remote := _Remote(setting, each))
            stack.callback(remote.stop)
        yield remotes
