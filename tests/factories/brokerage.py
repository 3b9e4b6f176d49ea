"""Requests in the situations that tests begin from, made by the rooms' own capabilities."""

from __future__ import annotations

import datetime as dt
from typing import Any

from accounts.models import LearningAccount, User
from accounts.schemes import current_rules, publish_rules
from brokerage import assigning, consulting
from brokerage.models import Adviser, Channel, GuidanceOrganisation, Request
from brokerage.organisations import marking
from brokerage.requesting import Draft, submit
from config.ids import uuid7
from config.refusals import only
from ledger import today
from providers.models import CourseRun
from tests.factories.providers import ProviderFactory
from tests.factories.vouchers import ACTOR, a_run, learning_accounts


def an_organisation(name: str = "Foryd Careers", *, marked: bool = True) -> GuidanceOrganisation:
    """A guidance organisation, with a quality mark unless it is not `marked`."""
    organisation, _ = GuidanceOrganisation.objects.get_or_create(name=name)
    if marked and not organisation.marks.exists():
        days = today() - dt.timedelta(days=400), today() + dt.timedelta(days=4000)
        marking.record_mark(organisation, marking.Mark("matrix", name, *days), actor=ACTOR)
    return organisation


def an_adviser(name: str = "Rhys Morgan", cover: Adviser | None = None) -> Adviser:
    """An adviser of Foryd Careers, which holds a quality mark, who can sign in."""
    organisation = an_organisation()
    user = User.objects.create_user(f"{uuid7().hex}@adviser.example", "a-password-to-try", name=name)
    return Adviser.objects.create(user=user, organisation=organisation, cover=cover)


def under(account: LearningAccount, **adviser: Any) -> None:
    """Publish rules for the account's scheme with another part for the adviser, in force at once."""
    now = current_rules({account.scheme_id}, today())[account.scheme_id]
    rules = now.rules | {"adviser": {"answer_within_hours": 48, **adviser}}
    publish_rules(account.scheme, rules, valid_from=today(), source="a test", actor=ACTOR)


def a_request(
    *,
    policy: str = "guided",
    adviser: Adviser | None = None,
    account: LearningAccount | None = None,
    run: CourseRun | None = None,
    worth: int = 100_00,
    consulted: bool = False,
    own: bool = False,
    **adviser_rules: Any,
) -> Request:
    """What a learner of ILA Wales asks for, under this policy, on this adviser's desk.

    `adviser_rules` are what else the scheme's rules say of advisers.
    """
    account = account or learning_accounts(1, benefits=() if own else ("jobseekers_allowance",))[0]
    under(account, policy=policy, **adviser_rules)
    adviser = adviser or an_adviser(cover=an_adviser("Elin Pugh"))
    assigning.name_advisers([account.learner], [adviser])
    request = only(submit([Draft(account, run or a_run(ProviderFactory(), worth), "please")], actor=ACTOR))
    if consulted:
        consulting.hold(request.pk, by=adviser, channel=Channel.PHONE, minutes=20, note="We talked.", actor=ACTOR)
    return Request.objects.select_related("adviser", "cover", "learner").get(pk=request.pk)


def priced(account: LearningAccount, **price: Any) -> None:
    """Publish rules for the account's scheme that say something else of prices, in force at once."""
    now = current_rules({account.scheme_id}, today())[account.scheme_id]
    rules = now.rules | {"price": now.rules["price"] | price}
    publish_rules(account.scheme, rules, valid_from=today(), source="a test", actor=ACTOR)
