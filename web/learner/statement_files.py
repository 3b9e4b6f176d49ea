"""The learner's statement to keep: as a table for a spreadsheet, or on paper. Each line says its place in the log."""

from __future__ import annotations

import csv

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

import ledger
from accounts.models import Learner
from config.money import major
from config.tables import not_a_formula
from ledger import proofs, statements
from ledger.proofs import NoSuchCheckpoint
from web import paper
from web.learner.access import for_learner
from web.learner.statement import Mine, Movement, movements

AT_ONCE = 500


@require_safe
@for_learner
def as_table(request: HttpRequest, learner: Learner) -> HttpResponse:
    """Every movement, the newest first, as CSV. Two queries for each 500."""
    # Excel takes a table for UTF-8 only if it begins with this mark.
    response = HttpResponse("\ufeff", content_type="text/csv; charset=utf-8")
    table = csv.writer(response)
    table.writerow(
        [
            *(_("Day"), _("What happened"), _("Amount"), _("Currency"), _("In your account then")),
            *(_("In the voucher then"), _("Voucher"), _("Transfer"), _("Reference"), _("Era of the log"), _("Leaf")),
        ]
    )
    for line in _all(learner):
        entry = line.entry
        table.writerow(
            [
                *(
                    timezone.localdate(entry.created_at),
                    not_a_formula(line.words),
                    _amount(line.amount_minor, line),
                    line.currency,
                ),
                *(_amount(line.purse_after_minor, line), _amount(line.voucher_after_minor, line)),
                *(line.voucher.code if line.voucher else "", entry.transfer_id, not_a_formula(entry.reference)),
                *(entry.era, "" if line.leaf is None else line.leaf),
            ]
        )
    return _to_keep(response, "csv")


@require_safe
@for_learner
def on_paper(request: HttpRequest, learner: Learner) -> HttpResponse:
    """Every movement, the newest first, as a tagged PDF with the checkpoints that sign them. As `as_table`."""
    if not paper.available():
        messages.error(request, _("PDFs cannot be made here now. Print the page: your browser can save that as a PDF."))
        return redirect("learner:statement")
    lines = _all(learner)
    context = {
        "learner": learner,
        "lines": lines,
        "today": ledger.today(),
        "checkpoints": _checkpoints({line.entry.era for line in lines}),
        "log": settings.PUBLIC_URL + reverse("log"),
    }
    pdf = paper.pdf("learner/statement_paper.html", context)
    return _to_keep(HttpResponse(pdf, content_type="application/pdf"), "pdf")


def _to_keep(response: HttpResponse, ending: str) -> HttpResponse:
    response["Content-Disposition"] = f'attachment; filename="statement-{ledger.today()}.{ending}"'
    response["Cache-Control"] = "private, no-store"
    return response


def _all(learner: Learner) -> list[Movement]:
    whose, found, after = Mine.of_learner(learner), list[Movement](), None
    while True:
        page = statements.page([*whose.purses, *whose.vouchers], after=after, limit=AT_ONCE)
        found += movements(page.entries, whose)
        after = page.next
        if after is None:
            return found


def _amount(amount_minor: int | None, line: Movement) -> str:
    return "" if amount_minor is None else f"{major(amount_minor, line.currency):f}"


def _checkpoints(eras: set[int]) -> list[str]:
    """The newest checkpoint of each era that has one, as it was signed."""
    found = []
    for era in sorted(eras):
        try:
            found.append(proofs.checkpoint(era).note)
        except NoSuchCheckpoint:
            continue
    return found
