"""Schemes, people and purses in the situations that tests begin from, made by the room's own capabilities."""

from __future__ import annotations

import copy
import datetime as dt
from typing import Any

from accounts import awarding, opening, people, schemes
from accounts.models import Learner, LearningAccount, Purse, Scheme, SchemeManager, User
from accounts.people import Person
from accounts.scheme_files import preset
from accounts.spending import Contents
from config.ids import uuid7
from config.refusals import only
from ledger import Actor

ACTOR = Actor.system("test")


def rules(slug: str = "ila-wales-2003", **changes: dict[str, Any]) -> dict[str, Any]:
    """A preset's rules with some parts changed: `rules(award={"grace_days": 30})` changes the first award."""
    found = copy.deepcopy(preset(slug)["rules"])
    for part, values in changes.items():
        (found["awards"][0] if part == "award" else found[part]).update(values)
    return found


def in_purse(left_minor: int, **facts: Any) -> Contents:
    """A purse of the core award with so much in it, unless `facts` say otherwise."""
    usual: dict[str, Any] = {"purse": "core", "kind": "core", "expires_on": dt.date(2027, 11, 23)}
    return Contents(left_minor=left_minor, **usual | facts)


def a_scheme(slug: str = "ila-wales-2003", *, paid_in: int = 1_000_000_00, **changes: dict[str, Any]) -> Scheme:
    """A scheme of its own with a preset's rules, changed as in `rules`, and so much money in its pot."""
    # A preset's examples are of its own rules.
    data = preset(slug) | {"slug": f"{slug}-{uuid7().hex[-8:]}", "rules": rules(slug, **changes), "examples": []}
    scheme = schemes.set_up(data, actor=ACTOR)
    if paid_in:
        schemes.pay_in(scheme, paid_in, reference="first", actor=ACTOR)
    return scheme


def a_manager(*schemes: Scheme, sets_up: bool = False) -> SchemeManager:
    """Somebody who manages these schemes."""
    user = User.objects.create_user(f"{uuid7().hex}@manager.example", name="Gwen Parry")
    manager = SchemeManager.objects.create(user=user, sets_up=sets_up)
    manager.schemes.set(schemes)
    return manager


def a_person(**facts: Any) -> Person:
    """Somebody whom ILA Wales has room for, unless `facts` say otherwise."""
    usual: dict[str, Any] = {
        "email": f"{uuid7().hex}@learner.example",
        "given_name": "Owain",
        "family_name": "Huws",
        "date_of_birth": dt.date(1980, 3, 9),
        "residence": "wales",
        "qualification_level": 2,
    }
    return Person(**usual | facts)


def a_learner(**facts: Any) -> Learner:
    return people.sign_up_learners([a_person(**facts)], actor=ACTOR)[0]


def an_account(scheme: Scheme, **facts: Any) -> LearningAccount:
    """A learner's account in the scheme, with nothing in it yet."""
    return only(opening.open_learning_accounts([(a_learner(**facts), scheme)], actor=ACTOR))


def a_purse(scheme: Scheme, **facts: Any) -> Purse:
    """A learner's purse in the scheme, filled with an award."""
    return only(awarding.award([an_account(scheme, **facts)], actor=ACTOR)).purse
