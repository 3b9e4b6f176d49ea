"""How learners say how their scheme should work: proposed, read, voted on, answered, and open to everybody."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.test import Client

from brokerage import assigning
from brokerage.voice import commenting, proposing
from brokerage.voice.models import Choice, Comment, Proposal, ProposalOutcome, SaidAndDone, Vote
from ledger import today
from tests.factories.accounts import a_manager
from tests.factories.accounts import a_scheme as another_scheme
from tests.factories.brokerage import an_adviser
from tests.factories.voice import WORDS, closed, proposed, shown
from tests.factories.vouchers import ACTOR, a_scheme, learning_accounts
from tests.web.learner.visiting import signed_in, text
from tests.web.notifications.test_letters import letters

pytestmark = pytest.mark.django_db
HTML = "<script>alert(1)</script>"
FOR, AGAINST = Choice.FOR, Choice.AGAINST


def there(somebody: Any) -> Client:
    client = Client()
    client.force_login(somebody.user)
    return client


def test_from_a_proposal_to_its_answer(clock: Any) -> None:
    accounts = learning_accounts(5)
    writer = accounts[0].learner
    client, scheme = signed_in(writer), a_scheme()
    manager = a_manager(scheme)
    answered = client.post("/learner/voice/propose/", WORDS, follow=True)
    assert "A person at the scheme reads it before others do." in text(answered)
    proposal = Proposal.objects.get()
    page, staff = f"/learner/voice/{proposal.pk}/", f"/scheme/{scheme.slug}/voice/{proposal.pk}/"
    assert signed_in(accounts[1].learner).get(page).status_code == 404
    office = there(manager)
    assert "1 text or proposal waits for you." in text(office.get(f"/scheme/{scheme.slug}/"))
    office.post(staff, {"closes_on": f"{today() + dt.timedelta(days=20)}"})
    assert "Learners of ILA Wales can vote on it until" in letters()["Others can read your proposal now"]
    for account, choice in zip(accounts, [FOR, FOR, FOR, AGAINST, FOR], strict=True):
        said = signed_in(account.learner).post(f"{page}vote/", {"choice": choice.value}, follow=True)
        assert "Your vote is in." in text(said)
    assert "people voted" not in text(client.get(page))
    clock.move_by(days=21)
    client, office = signed_in(writer), there(manager)
    assert "5 people voted: 4 for it, 1 against it, 0 did not mind." in text(client.get(page))
    assert "The vote is over. Answer it by" in text(office.get(f"/scheme/{scheme.slug}/voice/"))
    office.post(staff, {"answer": "yes", "reason": "It is fair."})
    assert "ILA Wales has answered your proposal" in letters()
    public = text(Client().get(f"/schemes/{scheme.slug}/voice/{proposal.pk}/"))
    assert "The scheme does it." in public
    assert "It is fair." in public
    assert writer.given_name not in public
    assert "The scheme does it" in text(Client().get(f"/schemes/{scheme.slug}/voice/"))


def test_what_is_held_back_comes_back_with_its_reason_and_is_changed() -> None:
    proposal = proposed(what="Mr Rees is a fool.")
    scheme = proposal.scheme
    office = there(a_manager(scheme))
    office.post(f"/scheme/{scheme.slug}/voice/{proposal.pk}/hold-back/", {"verdict": "insults"})
    assert "It insults somebody." in letters()["Your proposal is not shown as it is"]
    client, change = signed_in(proposal.learner), f"/learner/voice/{proposal.pk}/change/"
    assert "It is not shown as it is: It insults somebody." in text(client.get(change))
    client.post(change, WORDS)
    proposal.refresh_from_db()
    assert (proposal.state, proposal.what) == ("waiting", WORDS["what"])


def test_what_is_wrong_is_said_beside_its_field_and_what_was_typed_is_kept(clock: Any) -> None:
    proposal, manager = closed(clock)
    client, slug = signed_in(proposal.learner), proposal.scheme.slug
    waiting = proposed()
    office = there(manager)
    for where, who, typed, said in [
        ("/learner/voice/propose/", client, WORDS | {"what": ""}, "Say what should change."),
        ("/learner/voice/propose/", client, WORDS | {"title": "a" * 121}, "at most 120 characters"),
        (f"/learner/voice/{proposal.pk}/vote/", client, {}, "Choose one of the three."),
        (f"/learner/voice/{proposal.pk}/vote/", client, {"choice": "maybe"}, "Choose one of the three."),
        (f"/scheme/{slug}/voice/{waiting.pk}/", office, {}, "Say until when people can vote."),
        (f"/scheme/{slug}/voice/{waiting.pk}/", office, {"closes_on": "soon"}, "Enter a day."),
        (f"/scheme/{slug}/voice/{waiting.pk}/", office, {"closes_on": "2999-01-01"}, "14 to 90 days from today"),
        (f"/scheme/{slug}/voice/{proposal.pk}/", office, {"answer": "yes", "reason": " "}, "Give the reason."),
        (f"/scheme/{slug}/voice/said/", office, {"said": "Kept", "done_on": "2999-01-01"}, "Write what was done."),
    ]:
        response = who.post(where, typed)
        assert (response.status_code, said in text(response)) == (422, True), (where, typed)
        assert all(value in response.content.decode() for name, value in typed.items() if name != "choice")
    for page, typed in {"vote": {"choice": "for"}, "comment": {"words": "Late."}}.items():
        late = client.post(f"/learner/voice/{proposal.pk}/{page}/", typed, follow=True)
        assert "The vote on this proposal is over." in text(late)
    assert not Vote.objects.exists()
    assert not ProposalOutcome.objects.exists()


def test_words_are_never_markup(clock: Any) -> None:
    proposal = shown(proposed(**dict.fromkeys(WORDS, HTML)))
    manager = a_manager(proposal.scheme)
    made = commenting.comment(proposal.pk, HTML, learner=proposal.learner, actor=ACTOR)
    commenting.look_at(made.pk, held_back=None, by=manager, actor=ACTOR)
    clock.move_by(days=21)
    proposing.answer(proposal.pk, answer="no", reason=HTML, by=manager, actor=ACTOR)
    said = {"said": HTML, "done": HTML, "done_on": f"{today()}", "proposal": str(proposal.pk)}
    office, slug = there(manager), proposal.scheme.slug
    office.post(f"/scheme/{slug}/voice/said/", said)
    learner = signed_in(proposal.learner)
    for client, page in [
        (Client(), f"/schemes/{slug}/voice/"),
        (Client(), f"/schemes/{slug}/voice/{proposal.pk}/"),
        (learner, "/learner/voice/"),
        (learner, f"/learner/voice/{proposal.pk}/"),
        (office, f"/scheme/{slug}/voice/"),
        (office, f"/scheme/{slug}/voice/{proposal.pk}/"),
    ]:
        html = client.get(page).content.decode()
        assert (HTML in html, "&lt;script&gt;alert(1)" in html) == (False, True), page


def test_a_comment_is_read_before_others_see_it() -> None:
    proposal = shown()
    slug = proposal.scheme.slug
    client = signed_in(proposal.learner)
    page = f"/learner/voice/{proposal.pk}/"
    client.post(f"{page}comment/", {"words": "And the train."})
    assert "Yours. A person at the scheme reads it first." in text(client.get(page))
    public, office = f"/schemes/{slug}/voice/{proposal.pk}/", there(a_manager(proposal.scheme))
    assert "And the train." not in text(Client().get(public))
    office.post(f"/scheme/{slug}/voice/comments/{Comment.objects.get().pk}/", {"verdict": "show"})
    assert "And the train." in text(Client().get(public))


def test_a_correction_stands_above_what_it_said_before() -> None:
    scheme = a_scheme()
    office, new = there(a_manager(scheme)), f"/scheme/{scheme.slug}/voice/said/"
    said = {"said": "Letters are hard to read.", "done": "We wrote all again.", "done_on": f"{today()}"}
    office.post(new, said)
    correct = f"{new}{SaidAndDone.objects.get().pk}/correct/"
    assert "We wrote all again." in text(office.get(correct))
    office.post(correct, said | {"done": "We wrote half again."})
    public = text(Client().get(f"/schemes/{scheme.slug}/voice/"))
    assert public.index("We wrote half again.") < public.index("Corrected on") < public.index("We wrote all again.")
    assert office.get(correct).status_code == 404


def test_an_adviser_enters_what_a_learner_says_and_is_not_told_how_they_voted() -> None:
    proposal, adviser = shown(), an_adviser()
    learner = proposal.learner
    client, desk = there(adviser), f"/desk/learners/{learner.pk}/votes/"
    assert client.get(desk).status_code == 404
    assert client.post(f"{desk}{proposal.pk}/", {"choice": "for"}).status_code == 404
    assigning.name_advisers([learner], [adviser])
    assert client.post(f"{desk}{proposal.pk}/", {}).status_code == 422
    said = client.post(f"{desk}{proposal.pk}/", {"choice": "for"}, follow=True)
    assert "They have voted through an adviser." in text(said)
    assert "vote yourself: that takes its place" in letters()["An adviser has entered your vote"]
    page = signed_in(learner)
    assert "Rhys Morgan entered it for you on" in text(page.get(f"/learner/voice/{proposal.pk}/"))
    page.post(f"/learner/voice/{proposal.pk}/vote/", {"choice": "against"})
    assert "They have voted themselves." in text(client.get(desk))
    assert "They have voted themselves." in text(client.post(f"{desk}{proposal.pk}/", {"choice": "for"}))
    assert Vote.objects.get().choice == "against"


def test_not_yours_looks_like_does_not_exist() -> None:
    proposal, waiting = shown(), proposed()
    elsewhere = another_scheme("ita-scotland")
    stranger, office = signed_in(learning_accounts(1)[0].learner), there(a_manager(elsewhere))
    ours, theirs = proposal.scheme.slug, elsewhere.slug
    assert stranger.get(f"/learner/voice/{waiting.pk}/").status_code == 404
    assert Client().get(f"/schemes/{ours}/voice/{waiting.pk}/").status_code == 404
    assert Client().get(f"/schemes/{theirs}/voice/{proposal.pk}/").status_code == 404
    for page in (f"{ours}/voice/", f"{ours}/voice/{waiting.pk}/", f"{theirs}/voice/{waiting.pk}/"):
        assert office.get(f"/scheme/{page}").status_code == 404


def test_the_pages_cost_the_same_for_many_proposals(django_assert_num_queries: Any) -> None:
    first = shown()
    client, slug = signed_in(first.learner), first.scheme.slug
    office = there(a_manager(first.scheme))
    costs = {
        "/learner/voice/": (client, 10),
        f"/schemes/{slug}/voice/": (Client(), 7),
        f"/scheme/{slug}/voice/": (office, 15),
    }
    for more in (0, 6):
        for account in learning_accounts(more) if more else ():
            shown(proposed(account.learner))
        for page, (who, cost) in costs.items():
            with django_assert_num_queries(cost):
                who.get(page)
