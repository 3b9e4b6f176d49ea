"""Somebody who has signed up is let run schemes, by an operator."""

import io

import pytest
from django.core.management import CommandError, call_command

from accounts.models import SchemeManager, User
from ledger.models import Event
from tests.factories.accounts import a_scheme

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def gwen():
    return User.objects.create_user("gwen@council.example", name="Gwen Parry")


def appoint(*arguments):
    told = io.StringIO()
    call_command("scheme", "appoint", *arguments, stdout=told)
    return told.getvalue().strip()


def test_who_is_appointed_runs_those_schemes_and_twice_is_once(gwen):
    scheme, other = a_scheme(), a_scheme()
    assert appoint("Gwen@council.example", scheme.slug) == f"Gwen Parry runs {scheme.slug}."
    appoint("gwen@council.example", scheme.slug)
    manager = SchemeManager.objects.get(user=gwen)
    assert (list(manager.schemes.all()), manager.sets_up) == ([scheme], False)
    assert other not in manager.schemes.all()
    assert Event.objects.filter(kind="manager.appointed", subject=scheme.subject).count() == 2


def test_who_may_set_up_schemes_is_told_so(gwen):
    assert appoint("gwen@council.example", "--sets-up") == "Gwen Parry runs no scheme yet, and may set up schemes."


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("nobody@council.example",), "Nobody has signed up with the e-mail nobody@council.example."),
        (("gwen@council.example", "nowhere"), "There is no scheme with the short name nowhere."),
    ],
)
def test_nobody_and_nothing_is_refused_and_nobody_is_appointed(gwen, arguments, says):
    with pytest.raises(CommandError, match=says):
        appoint(*arguments)
    assert not SchemeManager.objects.exists()
