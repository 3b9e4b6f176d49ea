"""What is told to those who run a scheme: to each of them, and to nobody else."""

from __future__ import annotations

import pytest
from django.core import mail

from accounts.models import SchemeManager, User
from tests.factories.budgets import a_budget, awarded
from vouchers import tasks
from web.models import Notice
from web.notifications import writing

pytestmark = pytest.mark.django_db


def a_manager(name: str, *schemes: object) -> SchemeManager:
    user = User.objects.create_user(email=f"{name}@scheme.example", name=name.title())
    manager = SchemeManager.objects.create(user=user)
    manager.schemes.set(schemes)
    return manager


def written() -> list[mail.EmailMessage]:
    mail.outbox.clear()
    while writing.notice(below=2**62) == writing.BATCH:
        pass
    writing.send()
    return list(mail.outbox)


def test_each_manager_of_a_scheme_is_warned_of_its_budget_once() -> None:
    scheme, other = a_budget(paid_in=400_00, budget={"warn_at_percent": [50]}), a_budget(paid_in=500_00)
    a_manager("carys", scheme, other), a_manager("dewi", scheme), a_manager("elin", other)
    awarded(scheme)
    written()
    tasks.warn_of_budgets()
    letters = written()
    assert sorted(letter.to[0] for letter in letters) == ["carys@scheme.example", "dewi@scheme.example"]
    assert {letter.subject for letter in letters} == {"50% of the budget of ILA Wales are gone"}
    assert "£200.00 of £400.00 are committed, held in vouchers, or spent." in str(letters[0].body)
    assert len({letter.extra_headers["Message-ID"] for letter in letters}) == 2
    tasks.warn_of_budgets()
    assert written() == []


def test_a_warning_of_a_scheme_that_nobody_runs_is_written_to_nobody() -> None:
    awarded(a_budget(paid_in=400_00, budget={"warn_at_percent": [50]}))
    tasks.warn_of_budgets()
    written()
    assert not Notice.objects.filter(kind="budget.warned").exists()
