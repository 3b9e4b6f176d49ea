"""What a learner says of themselves, as far as a scheme on offer asks it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import ledger
from accounts.asking import questions
from accounts.models import Learner, Scheme
from accounts.rules import Rules
from accounts.telling import Told
from web.public.forms import AboutYou

QUESTIONS = ("qualification", "employment", "benefits", "needs", "income")


class AboutMeForm(AboutYou):
    """The same questions as a stranger is asked, filled in with what the learner said before."""

    def __init__(self, data: Any, *, learner: Learner, offered: Mapping[Scheme, Rules]) -> None:
        asks = questions(offered)
        currencies = [scheme.currency for scheme in offered]
        super().__init__(data, asks=asks, currencies=currencies, today=ledger.today())
        for name in [name for name in self.fields if name not in QUESTIONS]:
            del self.fields[name]
        self.learner = learner
        self.initial = {
            "qualification": learner.qualification_level,
            "employment": learner.employment,
            "benefits": learner.benefits,
            "needs": learner.needs,
            "income": next(
                (code for code, band in self.incomes.items() if band.stands_for_minor == learner.income_minor), ""
            ),
        }
        self._not_asked = {
            "benefits": set(learner.benefits) - set(asks.benefits),
            "needs": set(learner.needs) - set(asks.needs),
        }

    @property
    def told(self) -> Told:
        """What the learner says now; what no scheme asks any more stays as they said it."""
        said, learner = self.person, self.learner
        return Told(
            qualification_level=said.qualification_level
            if self._asks("qualification")
            else learner.qualification_level,
            employment=said.employment if self._asks("employment") else learner.employment,
            benefits=(*said.benefits, *sorted(self._not_asked["benefits"]))
            if self._asks("benefits")
            else tuple(learner.benefits),
            needs=(*said.needs, *sorted(self._not_asked["needs"])) if self._asks("needs") else tuple(learner.needs),
            income_minor=said.income_minor if self._asks("income") else learner.income_minor,
        )

    def _asks(self, name: str) -> bool:
        return name in self.fields
