"""Payouts through a bank that takes files, by command, and through the sandbox's bank, by the clock."""

from __future__ import annotations

import io
import uuid
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from payments.sandbox import SandboxBank
from tests.factories.payouts import ACTOR, REFUSED, a_provider, answered, payout_of, prepared, redeemed, sent
from vouchers import tasks
from vouchers.paying import sending, settling

pytestmark = pytest.mark.django_db


def payouts(*said: str) -> str:
    out = io.StringIO()
    call_command("payouts", *said, stdout=out)
    return out.getvalue()


def test_a_person_carries_the_files_between_us_and_the_bank(tmp_path: Path) -> None:
    provider = a_provider()
    redeemed(provider)
    run = sent()
    assert str(run.pk) in payouts("list")
    file = payouts("file", str(run.pk))
    assert file.encode().strip() == sending.file(run).strip()
    _status, paid = SandboxBank().answers(file.strip().encode())
    answer = tmp_path / "answer.xml"
    answer.write_bytes(paid)
    assert "paid: 1, returned: 0, known before: 0" in payouts("answer", str(answer))
    assert "paid: 0, returned: 0, known before: 1" in payouts("answer", str(answer))
    assert payout_of(run, provider).state == "settled"
    assert payouts("list") == ""


def test_what_cannot_be_done_is_said(tmp_path: Path, books: Any) -> None:
    redeemed(a_provider())
    run = prepared()
    before = books()
    nonsense = tmp_path / "nonsense.xml"
    nonsense.write_bytes(b"<a/>")
    for said, sentence in (
        (["file", str(uuid.uuid4())], "There is no such payout run"),
        (["file", str(run.pk)], "Waiting for a second person"),
        (["answer", str(nonsense)], "not a file from a bank"),
        (["answer", str(tmp_path / "absent.xml")], "cannot be read"),
    ):
        with pytest.raises(CommandError, match=sentence):
            payouts(*said)
    assert books() == before


def test_an_answer_about_nothing_of_ours_is_said(tmp_path: Path) -> None:
    redeemed(a_provider())
    run = sent()
    _status, paid = SandboxBank().answers(sending.file(run))
    answer = tmp_path / "answer.xml"
    answer.write_bytes(paid.replace(run.payouts.get().reference.encode(), b"SOMETHINGELSE"))
    assert "SOMETHINGELSE: It is about none of our payouts" in payouts("answer", str(answer))
    assert run.payouts.get().state == "sent"


def test_the_clock_asks_the_sandboxs_bank_and_may_do_so_twice(books: Any) -> None:
    redeemed(a_provider())
    redeemed(a_provider(REFUSED))
    run = sent()
    assert tasks.ask_the_bank() == 2
    run.refresh_from_db()
    assert run.state == "closed"
    before = books()
    assert tasks.ask_the_bank() == 0
    assert books() == before


def test_a_worker_killed_between_two_answers_leaves_what_the_next_one_ends(books: Any) -> None:
    redeemed(a_provider())
    redeemed(a_provider(REFUSED))
    run = sent()
    status, _paid = SandboxBank().answers(sending.file(run))
    settling.hear(status, actor=ACTOR)
    run.refresh_from_db()
    assert run.state == "sent"
    assert tasks.ask_the_bank() == 1
    run.refresh_from_db()
    assert run.state == "closed"


def test_a_bank_that_a_person_goes_to_is_not_asked(settings: Any) -> None:
    settings.PAYMENTS_BANK = "payments.bank.ByHand"
    redeemed(a_provider())
    run = sent()
    assert tasks.ask_the_bank() == 0
    run.refresh_from_db()
    assert run.state == "sent"


WHOLE = """<Document xmlns="urn:iso:std:iso:20022:tech:xsd:pain.002.001.03"><CstmrPmtStsRpt><OrgnlGrpInfAndSts>
<OrgnlMsgId>{}</OrgnlMsgId><GrpSts>RJCT</GrpSts></OrgnlGrpInfAndSts></CstmrPmtStsRpt></Document>"""


def test_a_file_that_the_bank_refuses_whole_comes_back_payout_by_payout(books: Any) -> None:
    redeemed(a_provider())
    redeemed(a_provider())
    run = sent()
    before = books()
    heard = settling.hear(WHOLE.format(run.message_id).encode(), actor=ACTOR)
    assert [payout.reason for payout in heard.returned] == ["MS03", "MS03"]
    run.refresh_from_db()
    assert (run.state, books()) == ("closed", before)
    assert sum(payout.amount_minor for payout in prepared().payouts.all()) == 240_00


def test_a_bank_that_contradicts_itself_is_for_a_person(books: Any) -> None:
    redeemed(a_provider())
    run = sent()
    _status, paid = SandboxBank().answers(sending.file(run))
    settling.hear(WHOLE.format(run.message_id).encode(), actor=ACTOR)
    before = books()
    heard = settling.hear(paid, actor=ACTOR)
    assert [problem for _answer, problem in heard.problems] == ["contradiction"]
    assert answered(run)[1].problems
    assert books() == before
