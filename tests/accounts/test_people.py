"""People sign up: all or none, with the first thing wrong named."""

import datetime as dt

import pytest

from accounts import errors, people
from accounts.models import Learner, User
from tests.factories.accounts import ACTOR, a_person

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"email": "not an e-mail"}, "people[1].email"),
        ({"given_name": "Ow\x00ain"}, "people[1].given_name"),
        ({"given_name": "Ow\u202eain"}, "people[1].given_name"),
        ({"family_name": "  "}, "people[1].family_name"),
        ({"family_name": "H" * 80}, "people[1].family_name"),
        ({"postcode": "LL91 2AB\n\x00"}, "people[1].postcode"),
        ({"date_of_birth": dt.date(2999, 1, 1)}, "people[1].date_of_birth"),
        ({"residence": "atlantis"}, "people[1].residence"),
        ({"employment": "retired?"}, "people[1].employment"),
        ({"benefits": ("gold",)}, "people[1].benefits"),
        ({"qualification_level": 9}, "people[1].qualification_level"),
        ({"income_minor": -1}, "people[1].income_minor"),
    ],
)
def test_what_nobody_is_is_refused_and_nobody_is_signed_up(wrong, field):
    with pytest.raises(errors.PersonInvalid) as refused:
        people.sign_up_learners([a_person(), a_person(**wrong)], actor=ACTOR)
    assert refused.value.field == field
    assert (User.objects.count(), Learner.objects.count()) == (0, 0)


def test_an_e_mail_is_one_persons_whatever_its_case():
    people.sign_up_learners([a_person(email="owain@learner.example")], actor=ACTOR)
    for several in ([a_person(email="OWAIN@learner.example")], [a_person(email="b@x.example")] * 2):
        with pytest.raises(errors.EmailTaken):
            people.sign_up_learners(several, actor=ACTOR)
    assert User.objects.count() == 1


def test_names_that_are_only_unusual_are_kept_as_they_are():
    [learner] = people.sign_up_learners(
        [a_person(given_name="Siân <script>", family_name="O'Neill-ap Rhys 王")], actor=ACTOR
    )
    assert Learner.objects.get(pk=learner.pk).name == "Siân <script> O'Neill-ap Rhys 王"


def test_a_hash_made_already_is_kept_and_nobody_can_sign_in_without_one():
    first, second = people.sign_up_learners([a_person(password="md5$a$b"), a_person()], actor=ACTOR)
    assert first.user.password == "md5$a$b"
    assert not second.user.has_usable_password()
