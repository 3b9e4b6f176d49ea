"""Acting for a learner on the pages: told on every page, held to what is allowed, and shown as whoever did it."""

from __future__ import annotations

import datetime as dt
import re
from typing import Any

import pytest
from django.core import mail
from django.test import Client
from lxml import html

import ledger
from accounts.models import Learner, Look, SchemeManager, User
from accounts.schemes import current_rules, publish_rules
from brokerage import representing
from brokerage.models import Representative, Request
from config.ids import uuid7
from tests.factories.brokerage import a_request
from tests.factories.vouchers import ACTOR, a_scheme, a_voucher
from tests.web.learner.visiting import PASSWORD, just_shown, signed_in, text
from vouchers.models import MilestoneState, State, Voucher
from web.notifications import writing

pytestmark = pytest.mark.django_db


@pytest.fixture
def asked() -> Request:
    return a_request(policy="open", worth=150_00)


def a_carer() -> User:
    return User.objects.create_user(f"{uuid7().hex}@carer.example", name="Pat Carer")


def represented(learner: Learner, **may: Any) -> Representative:
    user = a_carer()
    may = {"may_ask": True, "spends_minor": 200_00} | may
    token = representing.invite(user.email, learner=learner, actor=ACTOR, **may).token
    return representing.accept(token, by=user, actor=ACTOR)


class _Person:
    """What `visiting` needs of somebody who is no learner."""

    def __init__(self, user: User) -> None:
        self.user, self.user_id = user, user.pk


def acting(by: Representative) -> Client:
    """The representative's session, shown to be them, after they chose for whom they act."""
    assert by.user is not None
    client = just_shown(_Person(by.user))  # type: ignore[arg-type]
    assert client.post(f"/learner/for/{by.pk}/").status_code == 302
    return client


def whole(response: Any) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", response.content.decode()).split())


def test_a_learner_invites_somebody_who_accepts_by_the_letters_link_and_acts(asked: Request) -> None:
    learner, user = asked.learner, a_carer()
    client = just_shown(learner)
    assert "Nobody acts for you." in text(client.get("/learner/representatives/"))
    answer = client.post(
        "/learner/representatives/invite/", {"email": user.email, "may_ask": "on", "spends": "120.50"}, follow=True
    )
    assert "We have sent the invitation." in text(answer)
    assert "may buy courses that cost up to £120.50 each" in text(answer)
    [letter] = mail.outbox
    assert letter.to == [user.email]
    [address] = re.findall(r"/represent/[\w-]+/", str(letter.body))
    page = Client().get(address)
    assert f"Act for {learner.name}" in text(page)
    assert (page["Referrer-Policy"], page["Cache-Control"]) == ("same-origin", "no-store")
    assert Client().post(address).status_code == 302
    stranger = Client()
    stranger.force_login(a_carer())
    assert "another e-mail address" in text(stranger.post(address))
    theirs = Client()
    theirs.force_login(user)
    answer = theirs.post(address, follow=True)
    assert f"You can act for {learner.name} now." in text(answer)
    assert "This invitation cannot be accepted" in text(theirs.get(address))
    assert Representative.objects.get().spends_minor == 120_50


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ({"email": ""}, "Give their e-mail address."),
        ({"email": "no"}, "Give an e-mail address such as name@example.org."),
        ({"email": "a@b.example", "spends": "a lot"}, "Give an amount such as 120.50."),
        ({"email": "a@b.example", "spends": "-1"}, "An amount is nothing or more."),
        ({"email": "a@b.example", "spends": "1.005"}, "Give the amount in whole pennies"),
    ],
)
def test_what_is_wrong_is_said_beside_its_field(asked: Request, said: dict[str, str], words: str) -> None:
    answer = just_shown(asked.learner).post("/learner/representatives/invite/", said)
    assert (answer.status_code, words in text(answer)) == (422, True)
    assert (Representative.objects.count(), mail.outbox) == (0, [])


def test_to_let_somebody_in_the_learner_shows_that_it_is_them(asked: Request) -> None:
    answer = signed_in(asked.learner).post("/learner/representatives/invite/", {"email": "a@b.example"})
    assert (answer.status_code, "reauthenticate" in answer.url) == (302, True)
    assert not Representative.objects.exists()


def test_every_page_says_for_whom_and_looking_is_kept(asked: Request) -> None:
    by = represented(asked.learner)
    client = acting(by)
    for page in ("", "courses/", f"courses/{asked.run_id}/", f"requests/{asked.pk}/", "statement/"):
        answer = client.get(f"/learner/{page}")
        assert answer.status_code == 200, page
        assert f"You act for {asked.learner.name}." in whole(answer), page
    look = Look.objects.get(what="account")
    assert (look.learner, look.user, look.role) == (asked.learner, by.user, "acts_for")
    assert "Pat Carer Somebody who acts for you Your account" in text(signed_in(asked.learner).get("/learner/looks/"))
    assert client.post("/learner/for/stop/", follow=True).status_code == 200
    assert client.get("/learner/").status_code == 404


def test_nothing_that_is_the_learners_alone_can_be_seen_or_done() -> None:
    voucher = a_voucher(state=State.STARTED)
    client, pk = acting(represented(voucher.learner)), voucher.pk
    alone = [
        f"vouchers/{pk}/", f"vouchers/{pk}/milestones/1/confirm/", f"vouchers/{pk}/milestones/1/not-right/",
        f"vouchers/{pk}/withdraw/", f"vouchers/{pk}/pay/", f"vouchers/{pk}/not-me/", f"vouchers/{pk}/more-time/",
        f"vouchers/{pk}/feedback/", f"accounts/{voucher.learning_account_id}/not-me/", "story/", "story/words/",
        "cases/", "complain/", "looks/", "saved/", "wishes/", "representatives/", "representatives/invite/",
        f"proofs/{voucher.learning_account.scheme_id}/residence/", f"requests/{pk}/go-ahead/",
        f"requests/{pk}/withdraw/",
    ]  # fmt: skip
    before = ledger.balances([voucher.account_id])
    for page in alone:
        for answer in (client.get(f"/learner/{page}"), client.post(f"/learner/{page}", {"email": "a@b.example"})):
            assert answer.status_code in (302, 404, 405), page
            assert answer.status_code != 302 or answer.url == "/learner/", page
    assert "does this themselves." in text(client.get("/learner/"))
    assert voucher.milestones.get(number=1).state == MilestoneState.DECLARED
    assert ledger.balances([voucher.account_id]) == before
    assert Representative.objects.count() == 1


def test_a_course_is_asked_for_and_the_learner_reads_by_whom(asked: Request) -> None:
    by = represented(asked.learner, spends_minor=0)
    run = a_request(policy="open").run
    answer = acting(by).post(f"/learner/courses/{run.pk}/", {"note": ""}, follow=True)
    assert "Asked for by Pat Carer" in text(answer)
    assert "It costs more than you may buy for." in text(answer)
    made = Request.objects.get(asked_by=by)
    page = text(signed_in(asked.learner).get(f"/learner/requests/{made.pk}/"))
    assert "Pat Carer, who acts for you, asked for it." in page
    desk = Client()
    assert made.adviser is not None
    desk.force_login(made.adviser.user)
    assert "Pat Carer, who acts for the learner, asked for it." in text(desk.get(f"/desk/requests/{made.pk}/"))


def test_a_page_that_was_opened_before_they_acted_for_somebody_asks_for_nobody(asked: Request) -> None:
    by = represented(asked.learner, spends_minor=0)
    run = a_request(policy="open").run
    answer = acting(by).post(f"/learner/courses/{run.pk}/", {"note": "", "for": uuid7()}, follow=True)
    assert "This page was about another account." in text(answer)
    assert not Request.objects.filter(asked_by=by).exists()
    page = acting(by).get(f"/learner/courses/{run.pk}/").content.decode()
    assert f'name="for" value="{asked.learner_id}"' in page


def test_who_may_only_look_asks_for_nothing(asked: Request) -> None:
    by = represented(asked.learner, may_ask=False, spends_minor=0)
    run = a_request(policy="open").run
    answer = acting(by).post(f"/learner/courses/{run.pk}/", {"note": ""})
    assert (answer.status_code, "You may not ask for courses for this learner." in text(answer)) == (422, True)
    assert not Request.objects.filter(asked_by=by).exists()


def test_it_is_bought_within_the_limit_and_shown_as_theirs_on_request_voucher_and_statement(asked: Request) -> None:
    by = represented(asked.learner)
    client = acting(by)
    assert "Buy it for" in text(client.get(f"/learner/requests/{asked.pk}/"))
    answer = client.post(f"/learner/requests/{asked.pk}/buy/", follow=True)
    assert "is told that you did it for them." in text(answer)
    voucher, mine = Voucher.objects.get(), signed_in(asked.learner)
    shown = "Pat Carer, who acts for you, bought it for you."
    assert shown in text(mine.get(f"/learner/requests/{asked.pk}/"))
    assert shown in text(mine.get(f"/learner/vouchers/{voucher.pk}/"))
    course = voucher.run.course.title
    assert f"Pat Carer, who acts for you, bought it: set aside for {course}" in text(mine.get("/learner/statement/"))


def test_to_buy_they_show_that_it_is_them(asked: Request) -> None:
    by = represented(asked.learner)
    assert by.user is not None
    client = Client()
    client.force_login(by.user)
    client.post(f"/learner/for/{by.pk}/")
    answer = client.post(f"/learner/requests/{asked.pk}/buy/")
    assert answer.status_code == 302
    assert answer.url.startswith("/account/")
    assert not Voucher.objects.exists()


def test_a_young_learner_is_asked_by_letter_and_page_and_says_yes_with_their_own_factor(asked: Request) -> None:
    learner, scheme = asked.learner, a_scheme()
    Learner.objects.filter(pk=learner.pk).update(date_of_birth=ledger.today() - dt.timedelta(days=15 * 366))
    now = current_rules({scheme.pk}, ledger.today())[scheme.pk]
    rules = now.rules | {"young": {"representative_spends_minor": 150_00}}
    publish_rules(scheme, rules, valid_from=ledger.today(), source="a test", actor=ACTOR)
    client = acting(represented(learner))
    answer = client.post(f"/learner/requests/{asked.pk}/buy/", follow=True)
    assert "is asked, and says yes or no themselves." in text(answer)
    assert not Voucher.objects.exists()
    assert client.post(f"/learner/requests/{asked.pk}/go-ahead/").url == "/learner/"
    while writing.notice(below=2**62) == writing.BATCH:
        pass
    writing.send()
    course = asked.run.course.title
    assert f"Do you want {course}?" in [letter.subject for letter in mail.outbox]
    mine = signed_in(learner)
    assert f"Do you want {course}? Pat Carer, who acts for you, wants to buy it for you." in text(mine.get("/learner/"))
    assert "/account/" in mine.post(f"/learner/requests/{asked.pk}/go-ahead/").url
    assert not Voucher.objects.exists()
    mine = just_shown(learner)
    assert "wants to buy it for you" in text(mine.get(f"/learner/requests/{asked.pk}/go-ahead/"))
    mine.post(f"/learner/requests/{asked.pk}/go-ahead/")
    assert Voucher.objects.get().learner == learner
    asked.refresh_from_db()
    assert asked.assented_at is not None


def test_what_has_ended_is_over_in_every_session_and_no_click_goes_elsewhere(asked: Request) -> None:
    by = represented(asked.learner)
    client = acting(by)
    mine = signed_in(asked.learner)
    assert "It has ended." in text(mine.post(f"/learner/representatives/{by.pk}/end/", follow=True))
    answer = client.post(f"/learner/requests/{asked.pk}/buy/", follow=True)
    assert "You do not act for anybody any more. Nothing was done." in text(answer)
    assert client.get("/learner/").status_code == 404
    assert client.post(f"/learner/for/{by.pk}/").status_code == 404
    assert not Voucher.objects.exists()


def test_nobody_acts_for_whom_they_do_not_represent(asked: Request) -> None:
    by = represented(asked.learner)
    stranger = Client()
    stranger.force_login(a_carer())
    for page in (f"for/{by.pk}/", f"representatives/{by.pk}/end/"):
        assert stranger.post(f"/learner/{page}").status_code == 404
    assert "You act for nobody." in text(stranger.get("/learner/for/"))
    session = stranger.session
    session["acts_for"] = str(by.pk)
    session.save()
    assert stranger.get("/learner/").url == "/learner/for/"
    assert Client().get("/learner/for/").status_code == 302
    by.refresh_from_db()
    assert by.state == "acting"


def test_the_front_door_leads_a_representative_to_those_they_act_for(asked: Request) -> None:
    by = represented(asked.learner)
    assert by.user is not None
    client = Client()
    client.force_login(by.user)
    assert client.get("/").url == "/learner/for/"
    assert asked.learner.name in text(client.get("/learner/for/"))


@pytest.mark.parametrize("page", ["statement/", "courses/", "requests/{}/"])
def test_whichever_page_they_open_it_is_kept_once_a_day_that_they_looked(asked: Request, page: str, clock: Any) -> None:
    client = acting(represented(asked.learner))
    for _again in range(2):
        assert client.get(f"/learner/{page.format(asked.pk)}").status_code == 200
    assert Look.objects.filter(role="acts_for").count() == 1
    clock.move_to(ledger.now() + dt.timedelta(days=1))
    client.get(f"/learner/{page.format(asked.pk)}")
    assert Look.objects.filter(role="acts_for").count() == 2


def test_who_runs_a_scheme_since_sees_nothing_of_the_learner_any_more(asked: Request) -> None:
    by = represented(asked.learner)
    client = acting(by)
    SchemeManager.objects.create(user=by.user)
    assert client.get("/learner/statement/").url == "/learner/for/"
    assert asked.run.course.title not in text(client.get("/learner/for/"))
    assert client.post(f"/learner/for/{by.pk}/").url == "/learner/for/"
    assert client.get("/learner/statement/").status_code == 404


def test_what_was_wrong_is_put_right_also_after_they_showed_that_it_is_them(asked: Request) -> None:
    page, client = "/learner/representatives/invite/", signed_in(asked.learner)
    asked.learner.user.set_password(PASSWORD)
    asked.learner.user.save()
    client.force_login(asked.learner.user)
    sent_on = client.post(page, {"email": "no"})
    answer = client.post(sent_on.url.partition("?")[0], {"password": PASSWORD, "next": page})
    assert answer.status_code == 422
    assert [form.get("action") for form in html.fromstring(answer.content).xpath("//main//form")] == [page]
