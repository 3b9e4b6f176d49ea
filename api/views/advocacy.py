"""What advisers ask of a provider for learners: listed and answered, by the same rules as on its pages."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

import django_filters

from accounts import looking
from accounts.looking import Looker
from accounts.models import Look
from api import advocacy_descriptions, bodies, listing, showing
from api.describing import described
from api.endpoint import Call, Endpoint, reads, writes
from api.scopes import Scope
from brokerage.advocacy import advocating
from brokerage.advocacy.advocating import Answer
from brokerage.advocacy.models import WITH_A_YES, Advocacy, AdvocacyState
from vouchers.models import AgreedPrice

STATES = [(state.value, state.label) for state in map(AdvocacyState, WITH_A_YES)]


class AdvocacyFilter(django_filters.FilterSet):  # type: ignore[misc]  # it comes without types
    state = django_filters.ChoiceFilter(
        choices=[(state.value, state.label) for state in map(AdvocacyState, WITH_A_YES)]
    )

    class Meta:
        model = Advocacy
        fields: tuple[str, ...] = ()


class Asked(Endpoint):
    @described(advocacy_descriptions.LIST)
    @reads(Scope.ADVOCACY, query=("state", *listing.OF_A_PAGE))
    def get(self, call: Call) -> dict[str, Any]:
        """A fixed number of queries."""
        mine = Advocacy.objects.filter(run__course__provider=call.provider, state__in=WITH_A_YES)
        rows, next_cursor = listing.cut(_with_details(listing.narrow(AdvocacyFilter, mine, call.query)), call.query)
        return {"advocacy": _shown(call, rows), "next_cursor": next_cursor}


class AnswerOne(Endpoint):
    @described(advocacy_descriptions.ANSWER)
    @writes(Scope.ADVOCACY, takes=bodies.ANSWER_ADVOCACY, moves_money=False)
    def post(self, call: Call, advocacy_id: UUID) -> dict[str, Any]:
        said = call.body
        answer = Answer(said["agrees"], said.get("words", ""), said.get("price_minor"), said.get("until"))
        made = advocating.answer(advocacy_id, answer, by=call.provider, actor=call.actor)
        return {"advocacy": _shown(call, list(_with_details(Advocacy.objects.filter(pk=made.pk))))[0]}


def _with_details(rows: Any) -> Any:
    return rows.select_related("run__course", "learner", "adviser__user", "adviser__organisation")


def _shown(call: Call, rows: Sequence[Advocacy]) -> list[dict[str, Any]]:
    """As the API writes them; where a learner's name is among it, they read that a provider's system saw it."""
    looker = Looker(Look.Role.SYSTEM, None, call.provider.subject)
    looking.note(looker, Look.What.REQUEST, [(row.learner_id, row.subject) for row in rows if row.named])
    agreed = {price.source: price for price in AgreedPrice.objects.filter(source__in=[row.subject for row in rows])}
    return [showing.advocacy(row, agreed.get(row.subject)) for row in rows]
