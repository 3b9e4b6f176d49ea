"""Who advises runs no scheme and works for no provider, and the other way round."""

from __future__ import annotations

import pytest
from django.db import IntegrityError, transaction

import ledger
from accounts import managing
from accounts.errors import ManagesNothingElse, NobodyWithEmail
from accounts.models import SchemeManager, User
from brokerage.models import Adviser
from brokerage.organisations import appointing, errors
from ledger.models import Event
from providers.models import Staff
from tests.factories.brokerage import an_adviser, an_organisation
from tests.factories.providers import ProviderFactory, StaffFactory
from tests.factories.vouchers import ACTOR

pytestmark = pytest.mark.django_db


def person(name: str = "pat") -> User:
    return User.objects.create_user(f"{name}@people.example", name=name)


def test_somebody_who_has_signed_up_is_appointed_and_twice_is_once():
    user, organisation = person(), an_organisation()
    first = appointing.appoint(" PAT@people.example", organisation, actor=ACTOR)
    again = appointing.appoint("pat@people.example", organisation, leads=True, actor=ACTOR)
    assert (first.user, again.pk, again.leads) == (user, first.pk, True)
    assert Event.objects.filter(kind="adviser.appointed").count() == 2
    with pytest.raises(NobodyWithEmail):
        appointing.appoint("nobody@people.example", organisation, actor=ACTOR)
    with pytest.raises(errors.AdvisesElsewhere, match="Foryd Careers"):
        appointing.appoint("pat@people.example", an_organisation("Llwybr De"), actor=ACTOR)


def test_roles_that_exclude_each_other_are_refused_on_each_side():
    manager, staff, adviser = person("manager"), StaffFactory(), an_adviser()
    SchemeManager.objects.create(user=manager)
    for user in (manager, staff.user):
        with pytest.raises(errors.RolesExclude):
            appointing.appoint(user.email, an_organisation(), actor=ACTOR)
    for user in (adviser.user, staff.user):
        with pytest.raises(ManagesNothingElse):
            managing.appoint(user.email, [], actor=ACTOR)
    assert (Adviser.objects.count(), SchemeManager.objects.count()) == (1, 1)


def test_the_database_too_gives_nobody_two_of_these_roles():
    adviser, staff, organisation = an_adviser(), StaffFactory(), an_organisation()
    attempts = [
        lambda: SchemeManager.objects.create(user=adviser.user),
        lambda: StaffFactory(user=adviser.user),
        lambda: Adviser.objects.create(user=staff.user, organisation=organisation),
        lambda: SchemeManager.objects.create(user=staff.user),
        lambda: Adviser.objects.filter(pk=adviser.pk).update(user=staff.user),
    ]
    for attempt in attempts:
        with pytest.raises(IntegrityError, match="a role that excludes this one"), transaction.atomic():
            attempt()


def test_whoever_has_left_a_provider_may_advise_and_does_not_come_back_meanwhile():
    staff = StaffFactory(provider=ProviderFactory())
    Staff.objects.update(left_at=ledger.now())
    appointing.appoint(staff.user.email, an_organisation(), actor=ACTOR)
    with pytest.raises(IntegrityError, match="a role that excludes this one"), transaction.atomic():
        Staff.objects.update(left_at=None)
