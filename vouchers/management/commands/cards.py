"""Card money by hand: `cards reconcile`, `cards follow`, and in a demonstration `cards pay-out`."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from accounts.management import verbs
from accounts.management.verbs import Print, Verb
from config.money import in_words
from ledger import Actor
from payments.gateway import gateway
from payments.sandbox import SandboxGateway
from payments.sandbox.paying_out import pay_out
from vouchers.cards import paying_out, reconciling

# How many of each kind are named: the rest are counted.
NAMED = 50


class Command(BaseCommand):
    help = "Compare card clearing with what the gateway captured, kept and paid out, and take its payouts in."

    def add_arguments(self, parser: ArgumentParser) -> None:
        verbs.add(parser, VERBS)

    def handle(self, *, verb: str, **options: Any) -> None:
        verbs.run(self, VERBS, verb, options)


def _reconcile(write: Print, **options: Any) -> None:
    """Each scheme's card money, and all that does not match: then the exit code is 1."""
    wrong = 0
    for each in reconciling.clearings():
        money = each.scheme.money
        write(
            f"{each.scheme.slug}: captured {money(each.captured_minor)} - refunded {money(each.refunded_minor)}"
            f" - charged back {money(each.charged_back_minor)} - fees {money(each.fees_minor)}"
            f" - paid out {money(each.paid_out_minor)} = {money(each.due_minor)}"
        )
        if not each.matches:
            wrong += 1
            write(f"  DOES NOT MATCH: card clearing says that {money(each.held_minor)} is with the gateway")
    wrong += _list(
        write,
        "of no payment here, or not as it is known here",
        [
            f"{entry.gateway_id} of payout {entry.payout.gateway_id}: {entry.kind} of"
            f" {in_words(entry.amount_minor, entry.currency)}, fee {in_words(entry.fee_minor, entry.currency)}"
            f" ({entry.get_problem_display()})"
            for entry in reconciling.entries_to_look_at()
        ],
    )
    wrong += _list(
        write,
        "payouts that are not what the gateway says they are made of",
        [
            f"{payout.gateway_id}: {in_words(payout.amount_minor, payout.currency)}, heard of on {payout.heard_at:%F}"
            for payout in reconciling.payouts_to_look_at()
        ],
    )
    wrong += _list(
        write,
        f"payments that are in no payout after {reconciling.PAID_OUT_WITHIN.days} days",
        [
            f"{late.payment_id}: {in_words(late.amount_minor, late.currency)}, paid on {late.paid_at:%F}"
            for late in reconciling.payments_not_paid_out()
        ],
    )
    if wrong:
        raise CommandError(f"{wrong} do not match.")
    write("All of it matches.")


def _list(write: Print, what: str, lines: list[str]) -> int:
    """Write down what does not match; how many there are."""
    if lines:
        write(f"{len(lines)} {what}:")
    for line in lines[:NAMED]:
        write(f"  {line}")
    if len(lines) > NAMED:
        write(f"  and {len(lines) - NAMED} more")
    return len(lines)


def _follow(write: Print, **options: Any) -> None:
    """As the clock does every ten minutes."""
    followed = paying_out.follow(actor=Actor.system("vouchers.cards"))
    write(f"payouts followed: {followed}")


def _pay_out(write: Print, *, fails: bool, **options: Any) -> None:
    """As the clock does each night."""
    if not isinstance(gateway(), SandboxGateway):
        raise CommandError("The gateway is not the sandbox, and pays out by itself.")
    write(f"payouts made: {pay_out(fails=fails)}")


def _takes_fails(parser: ArgumentParser) -> None:
    parser.add_argument("--fails", action="store_true", help="the bank sends it back a minute later")


VERBS = (
    Verb("reconcile", "compare card clearing with what was captured, kept and paid out", _reconcile),
    Verb("follow", "take in the payouts that the gateway has told of", _follow),
    Verb("pay-out", "have the sandbox pay out what it holds", _pay_out, _takes_fails),
)
