"""Who sees a provider's pages."""

from __future__ import annotations

import pytest
from django.db import IntegrityError, transaction
from django.test import Client

from ledger import now
from tests.factories.providers import ProviderFactory, StaffFactory, UserFactory

pytestmark = pytest.mark.django_db


def test_its_staff_see_their_own_provider(client: Client) -> None:
    staff = StaffFactory(provider=ProviderFactory(name="Bridge College"))
    client.force_login(staff.user)
    assert "Bridge College" in client.get("/provider/").content.decode()


def test_to_anybody_else_there_is_no_such_page(client: Client) -> None:
    client.force_login(UserFactory())
    assert client.get("/provider/").status_code == 404


def test_whoever_has_left_sees_nothing_any_more(client: Client) -> None:
    staff = StaffFactory(left_at=now())
    client.force_login(staff.user)
    assert client.get("/provider/").status_code == 404


def test_nobody_works_for_two_providers_at_once() -> None:
    staff = StaffFactory()
    with pytest.raises(IntegrityError, match="nobody_works_for_two"), transaction.atomic():
        StaffFactory(user=staff.user)


def test_somebody_who_has_left_may_come_back() -> None:
    staff = StaffFactory(left_at=now())
    assert StaffFactory(user=staff.user, provider=staff.provider).pk != staff.pk
