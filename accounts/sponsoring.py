"""Sponsoring: employers, sector funds and authorities put money of their own into learners' accounts."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db import transaction

import ledger
from accounts import errors, events
from accounts.earmarks import Earmark
from accounts.models import LearningAccount, Purse, Scheme, Sponsor, TopUp
from accounts.rules import MOST
from accounts.rules.checking import is_category
from config.ids import uuid7
from config.refusals import Refusal
from config.walls import walled_by
from ledger import Actor, NewAccount, Transfer
from ledger import models as books

CHUNK = 2000
LONGEST = 80  # of a reference
NAME_MOST = 160


@dataclass(frozen=True, slots=True, kw_only=True)
class TopUpOrder:
    """What a sponsor puts into one learning account, named by its id, in minor units of the scheme's currency.

    `reference` is the sponsor's own name for it. It can be spent until the end of `expires_on`, on things of `earmark`
    that belong to courses of `categories` (ISCED-F detailed fields); empty, on any eligible course. `leftover` says
    where goes what is left after that day.
    """

    account: UUID
    amount_minor: int
    reference: str
    expires_on: dt.date
    earmark: str = ""
    categories: tuple[str, ...] = ()
    leftover: TopUp.Leftover = TopUp.Leftover.SPONSOR


def add_sponsor(scheme: Scheme, name: str, kind: Sponsor.Kind, *, actor: Actor) -> Sponsor:
    """Somebody who may put money into accounts of this scheme, with ledger accounts `sponsor` and `suspense`.

    Refuses `SponsorWithoutName`, `SponsorExists`.
    """
    name = " ".join(name.split())
    if not name or len(name) > NAME_MOST or not name.isprintable():
        raise errors.SponsorWithoutName(field="name", most=NAME_MOST)
    with transaction.atomic():
        sponsor = Sponsor(id=uuid7(), scheme=scheme, name=name, kind=kind)
        sponsor.account_id, sponsor.suspense_id = ledger.open_accounts(
            [NewAccount(opened, scheme.currency, False, "sponsor", sponsor.id) for opened in ("sponsor", "suspense")]
        )
        exists = errors.SponsorExists(field="name", name=name, scheme=scheme.name)
        with walled_by({"one_sponsor_a_name_and_scheme": exists}, savepoint=False):
            sponsor.save(force_insert=True)
        ledger.record(events.SPONSOR_ADDED.by(actor, subject=sponsor.subject, scheme=scheme.id, sponsor_kind=kind))
    return sponsor


def depart(sponsor: Sponsor, on: dt.date, *, actor: Actor) -> Sponsor:
    """The sponsor takes part no more from that day on; what learners hold of its money stays theirs until it expires.

    From then on it puts nothing in, and what would go back to it goes to its suspense account, to be placed by a
    person. Refuses `DepartureOfThePast`, `SponsorDeparted`. Locks the sponsor.
    """
    with transaction.atomic():
        locked = Sponsor.objects.select_for_update(no_key=True).get(pk=sponsor.pk)
        today = ledger.today()
        if locked.has_departed(today):
            raise errors.SponsorDeparted(name=locked.name)
        if on < today:
            raise errors.DepartureOfThePast(field="on")
        locked.departed_on = on
        locked.save(update_fields=["departed_on"])
        ledger.record(
            events.SPONSOR_DEPARTED.by(actor, subject=locked.subject, scheme=locked.scheme_id, departed_on=on)
        )
    return locked


def top_up(orders: Sequence[TopUpOrder], *, sponsor: Sponsor, actor: Actor) -> list[TopUp | Refusal]:
    """Fill a purse of its own in each of these learning accounts, each line judged on its own.

    Exactly once by the sponsor's reference, however often asked: the same again is answered with the first. One
    journal and one event a line. In chunks of `CHUNK`, each its own transaction. The answer is in the order of
    `orders`; each top-up comes with its purse.

    Refuses `SponsorDeparted`, `SchemeClosed`, `ReferenceWrong`, `ReferenceTaken`, `AmountNotPositive`,
    `TopUpOfThePast`, `EarmarkUnknown`, `CategoryNotOne`, and `AccountNotFound`, also for an account of another scheme.
    Locks the sponsor, once a chunk.
    """
    answers: list[TopUp | Refusal] = []
    for start in range(0, len(orders), CHUNK):
        with transaction.atomic():
            answers += _top_up_chunk(orders[start : start + CHUNK], sponsor, actor)
    return answers


def _top_up_chunk(orders: Sequence[TopUpOrder], sponsor: Sponsor, actor: Actor) -> list[TopUp | Refusal]:
    now, today = ledger.now(), ledger.today()
    locked = Sponsor.objects.select_related("scheme").select_for_update(of=("self",), no_key=True).get(pk=sponsor.pk)
    ids = {order.account for order in orders}
    accounts = LearningAccount.objects.filter(scheme=locked.scheme_id).in_bulk(ids)
    known = _made_before(orders, locked)
    new: list[TopUp] = []
    answers: list[TopUp | Refusal] = []
    for order in orders:
        if before := known.get(order.reference):
            made, said = before
            answers.append(made if said == order else errors.ReferenceTaken(field="reference"))
        elif refusal := _refused(order, locked, accounts, today):
            answers.append(refusal)
        else:
            made = TopUp(
                id=uuid7(),
                sponsor=locked,
                learning_account=accounts[order.account],
                reference=order.reference,
                amount_minor=order.amount_minor,
                leftover=order.leftover,
                made_at=now,
            )
            known[order.reference] = made, order
            new.append(made)
            answers.append(made)
    _fill(new, {made.reference: order for made, order in known.values()}, locked, actor)
    return answers


def _made_before(orders: Sequence[TopUpOrder], sponsor: Sponsor) -> dict[str, tuple[TopUp, TopUpOrder]]:
    """What the sponsor put in earlier under these references, and the order that it was. Two queries at most."""
    found = TopUp.objects.filter(sponsor=sponsor, reference__in={order.reference for order in orders})
    made = {top_up.subject: top_up for top_up in found.select_related("purse", "learning_account")}
    if not made:
        return {}
    # Not the purse's last day, which a wait for an adviser may have moved.
    said = books.Event.objects.filter(subject__in=made, kind=events.TOPPED_UP.name).values_list("subject", "data")
    until = {subject: dt.date.fromisoformat(data["expires_on"]) for subject, data in said}
    return {top_up.reference: (top_up, _order(top_up, until[subject])) for subject, top_up in made.items()}


def _order(made: TopUp, expires_on: dt.date) -> TopUpOrder:
    return TopUpOrder(
        account=made.learning_account_id,
        amount_minor=made.amount_minor,
        reference=made.reference,
        expires_on=expires_on,
        earmark=made.purse.earmark,
        categories=tuple(made.purse.categories),
        leftover=TopUp.Leftover(made.leftover),
    )


def _refused(
    order: TopUpOrder, sponsor: Sponsor, accounts: Mapping[UUID, LearningAccount], today: dt.date
) -> Refusal | None:
    """The first reason why this line cannot be."""
    amount = order.amount_minor
    if sponsor.has_departed(today):
        return errors.SponsorDeparted(name=sponsor.name)
    if not sponsor.scheme.takes_new(today):
        return errors.SchemeClosed(scheme=sponsor.scheme.name)
    if not order.reference.strip() or len(order.reference) > LONGEST or not order.reference.isprintable():
        return errors.ReferenceWrong(field="reference", most=LONGEST)
    if order.account not in accounts:
        return errors.AccountNotFound(field="account")
    if not isinstance(amount, int) or isinstance(amount, bool) or not 0 < amount <= MOST:
        return errors.AmountNotPositive(field="amount_minor")
    if order.expires_on < today:
        return errors.TopUpOfThePast(field="expires_on")
    if order.earmark not in Earmark.values:
        return errors.EarmarkUnknown(field="earmark", known=", ".join(filter(None, Earmark.values)))
    if not all(is_category(category) for category in order.categories):
        return errors.CategoryNotOne(field="categories")
    return None


def _fill(new: Sequence[TopUp], orders: Mapping[str, TopUpOrder], sponsor: Sponsor, actor: Actor) -> None:
    if not new:
        return
    with walled_by({"one_top_up_a_reference": errors.ReferenceTaken(field="reference")}, savepoint=False):
        TopUp.objects.bulk_create(new)
    purses = [_purse(made, orders[made.reference]) for made in new]
    opened = ledger.open_accounts(
        [NewAccount("purse", sponsor.scheme.currency, True, "purse", purse.id) for purse in purses]
    )
    for purse, account in zip(purses, opened, strict=True):
        purse.ledger_account_id = account
    Purse.objects.bulk_create(purses)
    ledger.post([_transfer(purse, made, sponsor, actor) for purse, made in zip(purses, new, strict=True)])


def _purse(made: TopUp, order: TopUpOrder) -> Purse:
    return Purse(
        id=uuid7(),
        learning_account=made.learning_account,
        top_up=made,
        amount_minor=made.amount_minor,
        earmark=order.earmark,
        categories=list(order.categories),
        expires_on=order.expires_on,
    )


def _transfer(purse: Purse, made: TopUp, sponsor: Sponsor, actor: Actor) -> Transfer:
    return Transfer(
        debit=sponsor.account_id,
        credit=purse.ledger_account_id,
        amount_minor=made.amount_minor,
        currency=sponsor.scheme.currency,
        kind="top_up",
        reference=f"top_up:{made.id}",
        journal=made.id,
        event=events.TOPPED_UP.by(
            actor,
            subject=made.subject,
            learner=made.learning_account.learner_id,
            scheme=sponsor.scheme_id,
            sponsor=sponsor.id,
            amount_minor=made.amount_minor,
            expires_on=purse.expires_on,
        ),
    )
