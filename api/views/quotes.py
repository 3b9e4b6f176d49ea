"""What a course would cost a learner, line by line: the same quote as on the page, for an app in their own session."""

from __future__ import annotations

from typing import cast
from uuid import UUID

from django.http import HttpResponse
from rest_framework.request import Request

from accounts.models import Learner, LearningAccount
from api import descriptions, errors, idempotency, showing, throttling
from api.authentication import LearnerSession
from api.describing import for_learners
from api.endpoint import Endpoint, answer_of, read_query
from brokerage.requesting import quote_all
from providers.models import CourseRun, RunExtra

MOST_MINOR = 10**12


class Quotes(Endpoint):
    authentication_classes = (LearnerSession,)

    @for_learners(descriptions.QUOTE, descriptions.QUOTE_QUERY)
    def get(self, request: Request) -> HttpResponse:
        rate = throttling.spend_learner(cast(UUID, request.user.pk))
        query = read_query(request, tuple(descriptions.QUOTE_QUERY))
        account = _account(request.user, _id(query, "learning_account"))  # type: ignore[arg-type]
        run = _run(_id(query, "run"))
        key = (account.pk, run.pk)
        extras = _extras(run, query.get("extras", ""))
        aid_minor = _amount(query.get("other_aid_minor", "0"))
        quote = quote_all([(account, run)], other_aid_minor={key: aid_minor}, extras={key: extras}).get(key)
        if quote is None:
            raise errors.NoQuote()
        response = answer_of(idempotency.Given(200, idempotency.in_words(showing.quote(account, quote))))
        for name, value in rate.headers().items():
            response[name] = value
        return response


def _account(learner: Learner, pk: UUID) -> LearningAccount:
    found = LearningAccount.objects.filter(learner=learner, pk=pk).select_related("learner", "scheme").first()
    if found is None:
        raise errors.NothingHere()
    return found


def _run(pk: UUID) -> CourseRun:
    found = CourseRun.objects.select_related("course").filter(pk=pk, withdrawn_at=None).first()
    if found is None:
        raise errors.NothingHere()
    return found


def _extras(run: CourseRun, wanted: str) -> list[RunExtra]:
    """Those of the run's extras that are named by their ids, with commas between."""
    ids = {part for part in wanted.split(",") if part}
    found = [extra for extra in run.extras.offered() if str(extra.pk) in ids]
    if len(found) != len(ids):
        raise errors.FieldWrong(field="extras", wanted="ids of what comes with this run, with commas between")
    return found


def _id(query: dict[str, str], name: str) -> UUID:
    if name not in query:
        raise errors.FieldMissing(field=name)
    try:
        return UUID(query[name])
    except ValueError:
        raise errors.FieldWrong(field=name, wanted="a UUID") from None


def _amount(written: str) -> int:
    if not (written.isascii() and written.isdigit()) or not 0 <= int(written[:15]) <= MOST_MINOR:
        raise errors.FieldWrong(field="other_aid_minor", wanted="a whole number of minor units, not negative")
    return int(written)
