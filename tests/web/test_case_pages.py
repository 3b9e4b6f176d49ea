"""Cases on the mediator's and the provider's pages, and the letters about each step."""

from __future__ import annotations

import pytest
from django.core import mail

from accounts.models import SchemeManager
from providers.models import Role
from tests.factories.accounts import a_manager, a_scheme
from tests.factories.cases import a_mediator, not_me, settled, taken
from tests.factories.payouts import a_provider, redeemed
from tests.factories.payouts import settled as settled_run
from tests.factories.providers import ProviderFactory
from tests.factories.vouchers import ACTOR, a_voucher
from tests.web.learner.visiting import text
from tests.web.provider.visiting import at_work, signed_in
from vouchers import complaining, confirmation, mediating
from vouchers.cases import CaseAbout, Side
from vouchers.models import Case, State, Voucher
from web.notifications import writing

pytestmark = pytest.mark.django_db


def letters() -> dict[str, str]:
    mail.outbox.clear()
    while writing.notice(below=2**62) == writing.BATCH:
        pass
    writing.send()
    return {message.subject: str(message.body) for message in mail.outbox}


def complaint(voucher=None, about=CaseAbout.VOUCHER):
    voucher = voucher or a_voucher(state=State.STARTED)
    return complaining.complain(
        about,
        "The room was locked.",
        learner=voucher.learner,
        account=voucher.learning_account_id,
        voucher=voucher.pk,
        actor=ACTOR,
    )


def test_the_queue_is_by_the_clock_and_of_ones_own_schemes():
    first, second = complaint(), not_me()
    client = signed_in(a_mediator(first.scheme))
    page = text(client.get("/scheme/cases/"))
    assert "2 cases are open" in page
    assert page.index(str(second.get_kind_display())) < page.index(str(first.get_kind_display()))
    stranger = signed_in(a_manager(a_scheme()).user)
    assert "0 cases are open" in text(stranger.get("/scheme/cases/"))
    for path in ("", "take/", "ask/", "decide/", "recover/"):
        assert stranger.post(f"/scheme/cases/{first.pk}/{path}").status_code in (404, 405)
    assert stranger.get(f"/scheme/cases/{first.pk}/").status_code == 404


def test_a_case_is_taken_asked_about_and_decided():
    voucher = a_voucher(state=State.STARTED, confirmed=1)
    case = not_me(voucher)
    client = signed_in(a_mediator(case.scheme))
    address = f"/scheme/cases/{case.pk}"
    page = text(client.get(f"{address}/"))
    assert "Password" in page  # the factor that the start was confirmed with
    assert "Take this case" in page
    assert "Decide, and write to the learner" not in page
    client.post(f"{address}/take/")
    assert client.post(f"{address}/ask/", {"who": "learner"}).status_code == 422
    client.post(f"{address}/ask/", {"who": "provider", "question": "Who came?"})
    assert list(Case.objects.shown_to(voucher.provider)) == [case]
    wrong = client.post(f"{address}/decide/", {"outcome": "upheld"})
    assert (wrong.status_code, "Give your reasons." in text(wrong)) == (422, True)
    client.post(f"{address}/decide/", {"outcome": "upheld", "reasons": "It was somebody else."})
    case.refresh_from_db()
    assert (case.state, case.outcome) == ("settled", "upheld")
    assert "Upheld" in text(client.get(f"{address}/"))
    assert "Settled cases" in text(client.get("/scheme/cases/?show=settled"))


def test_whoever_had_a_hand_in_it_is_told_that_somebody_else_has_to():
    case = not_me()
    client = signed_in(learning_and_managing(case))
    assert "somebody else has to mediate" in text(client.post(f"/scheme/cases/{case.pk}/take/", follow=True))
    case.refresh_from_db()
    assert case.mediator is None


def learning_and_managing(case):
    """The learner whose case it is runs the scheme, too."""
    manager = SchemeManager.objects.create(user=case.learner.user)
    manager.schemes.add(case.scheme)
    return case.learner.user


def test_who_bears_what_was_paid_is_asked_first_and_decided_once():
    redeemed(a_provider())
    settled_run()
    case = settled(not_me(Voucher.objects.get()), upheld=True)
    client = signed_in(a_mediator(case.scheme))
    assert "Money that a provider was paid is still to be decided" in text(client.get("/scheme/cases/"))
    address = f"/scheme/cases/{case.pk}"
    assert "£120.00 was paid to the provider before this was upheld" in text(client.get(f"{address}/"))
    assert client.post(f"{address}/recover/", {}).status_code == 422
    client.post(f"{address}/recover/", {"who_bears": "provider", "why": "They let anybody in."})
    case.refresh_from_db()
    assert case.recovery == "clawed_back"
    assert "The provider gives it back: £120.00" in text(client.get(f"{address}/"))


def test_a_provider_reads_and_answers_what_concerns_it_and_nothing_else():
    case, other = complaint(), complaint(about=CaseAbout.SERVICE)
    provider = case.provider
    client = at_work(provider, Role.DELIVERY)
    assert "The room was locked." in text(client.get(f"/provider/cases/{case.pk}/"))
    client.post(f"/provider/cases/{case.pk}/", {"words": "We had moved next door."})
    assert case.entries.filter(side="provider").get().words == "We had moved next door."
    assert client.post(f"/provider/cases/{case.pk}/", {"words": ""}).status_code == 422
    assert "Complaint" in text(client.get("/provider/cases/"))
    assert client.get(f"/provider/cases/{other.pk}/").status_code == 404
    for stranger in (at_work(ProviderFactory()), at_work(provider, Role.MONEY)):
        assert stranger.get(f"/provider/cases/{case.pk}/").status_code == 404
        assert stranger.post(f"/provider/cases/{case.pk}/", {"words": "Hm."}).status_code == 404


def test_each_step_is_written_to_the_learner_and_where_it_is_told_to_the_provider():
    voucher = a_voucher(state=State.STARTED)
    staff = at_work(voucher.provider, Role.DELIVERY)
    assert staff is not None
    letters()
    case = complaint(voucher)
    title = voucher.run.course.title
    assert set(letters()) == {"We have your complaint", f"A learner has complained about {title}"}
    case, mediator = taken(case)
    mediating.ask(case.pk, Side.PROVIDER, "Was it locked?", by=mediator, scheme=case.scheme, actor=ACTOR)
    mediating.ask(case.pk, Side.LEARNER, "When?", by=mediator, scheme=case.scheme, actor=ACTOR)
    assert set(letters()) == {"We need to know something from you", f"You are asked about {title}"}
    settled(case, upheld=True, by=mediator)
    said = letters()
    assert set(said) == {"Your case is settled", f"What was decided about {title}"}
    assert "You were right." in said["Your case is settled"]


def test_a_press_and_a_dispute_are_answered_by_letter_with_their_day():
    voucher = a_voucher(state=State.STARTED)
    letters()
    confirmation.dispute(voucher.pk, 1, "No.", learner=voucher.learner, actor=ACTOR)
    assert "You have an answer by" in letters()["We are looking at it"]
    not_me(voucher)
    assert "You have an answer by" in letters()["Your voucher is stopped"]
