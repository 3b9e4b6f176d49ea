"""The pages: what belongs to somebody else is not there, what is typed is kept, and lists cost what they cost."""

from uuid import uuid4

import pytest

from brokerage import requesting
from brokerage.models import Decision, Request
from brokerage.requesting import Draft
from ledger import today
from tests.factories.brokerage import a_request, an_adviser
from tests.factories.bundles import an_account_for_exams
from tests.factories.providers import ProviderFactory, RunExtraFactory
from tests.factories.vouchers import ACTOR, a_run, a_voucher, learning_accounts
from vouchers import delivery
from vouchers.models import State

pytestmark = pytest.mark.django_db
HOSTILE = "<script>alert(1)</script> {{ 7 }} %s ' \" \u202e"


@pytest.fixture
def learner(client):
    """A learner who is signed in, with £200."""
    account = learning_accounts(1)[0]
    account.learner.user.set_password("a-password-of-their-own")
    account.learner.user.save()
    client.force_login(account.learner.user)
    return account.learner


def test_who_is_not_signed_in_is_asked_to():
    from django.test import Client

    for path in ("/learner/", "/learner/statement/", "/desk/"):
        assert Client().get(path).url.startswith("/account/login/")


def test_a_learner_has_no_desk_and_an_adviser_no_learners_pages(client, learner):
    assert client.get("/desk/").status_code == 404
    client.force_login(an_adviser().user)
    assert client.get("/learner/").status_code == 404
    assert client.get("/desk/").status_code == 200


def test_somebody_elses_request_and_voucher_look_like_none(client, learner):
    voucher, request = a_voucher(), a_request(policy="open")
    for path in (
        f"/learner/vouchers/{voucher.pk}/",
        f"/learner/vouchers/{voucher.pk}/pay/",
        f"/learner/vouchers/{voucher.pk}/withdraw/",
        f"/learner/requests/{request.pk}/",
        f"/learner/requests/{request.pk}/go-ahead/",
        f"/learner/requests/{uuid4()}/",
    ):
        assert client.get(path).status_code == 404, path
    client.force_login(an_adviser().user)
    assert client.get(f"/desk/requests/{request.pk}/").status_code == 404
    assert client.post(f"/desk/requests/{request.pk}/decide/", {"outcome": "approve"}).status_code == 404
    assert not Decision.objects.exists()


def test_a_declared_step_can_be_disputed_with_words_that_are_kept_as_words(client):
    voucher = a_voucher(state=State.ACCEPTED)
    delivery.start([voucher.code], occurred_on=today(), by=voucher.provider, actor=ACTOR)
    client.force_login(voucher.learner.user)
    page = f"/learner/vouchers/{voucher.pk}/milestones/1/not-right/"
    empty = client.post(page, {"reason": "  "})
    assert (empty.status_code, "Say in a few words what is not right." in empty.content.decode()) == (422, True)
    assert client.post(page, {"reason": HOSTILE}).status_code == 302
    milestone = voucher.milestones.get(number=1)
    assert (milestone.state, milestone.disputes.get().reason) == ("disputed", HOSTILE.strip())
    voucher.refresh_from_db()
    assert voucher.control == "under_review"


def test_an_answer_without_reasons_comes_back_with_what_was_typed(client):
    request = a_request(policy="structured", consulted=True)
    client.force_login(request.adviser.user)
    answer = client.post(f"/desk/requests/{request.pk}/decide/", {"outcome": "decline", "reasons": HOSTILE})
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "Choose at least one reason." in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt; {{ 7 }} %s" in page
    assert "<script>alert(1)" not in page
    assert Request.objects.get().state == "in_consultation"


@pytest.mark.parametrize("minutes", ["", "0", "-3", "481", "9.5", "many"])
def test_a_conversation_has_a_length(client, minutes):
    request = a_request(policy="guided")
    client.force_login(request.adviser.user)
    said = {"channel": "phone", "minutes": minutes, "note": "We talked."}
    answer = client.post(f"/desk/requests/{request.pk}/consult/", said)
    assert answer.status_code == 422
    assert "We talked." in answer.content.decode()
    assert Request.objects.get().state == "submitted"


def test_the_desk_shows_what_is_wanted_with_a_course(client):
    account, adviser = an_account_for_exams(), an_adviser()
    run = a_run(ProviderFactory(), 120_00)
    exam = RunExtraFactory(run=run, title="Certificate", price_minor=40_00)
    requesting.submit([Draft(account, run, extras=(exam.pk,))], actor=ACTOR)
    client.force_login(adviser.user)
    page = client.get("/desk/").content.decode()
    assert "With it: Certificate" in page
    assert "From what your sponsor put in for exams" in page
    assert "£160.00" in page


def test_home_and_statement_cost_as_many_queries_for_many_vouchers_as_for_one(client, django_assert_max_num_queries):
    voucher = a_voucher(worth=10_00)
    client.force_login(voucher.learner.user)
    for path, most in (("/learner/", 27), ("/learner/statement/", 9), (f"/learner/vouchers/{voucher.pk}/", 16)):
        with django_assert_max_num_queries(most):
            assert client.get(path).status_code == 200
