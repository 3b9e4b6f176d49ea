"""What must always hold of people's money, beside what the ledger itself holds to."""

from __future__ import annotations

from collections.abc import Iterator

from django.db import connection

from ledger.invariants import Broken, invariant


@invariant("each award filled one purse, once, with its amount, from its scheme's money")
def awards() -> Iterator[Broken]:
    yield from _broken(
        "award",
        """
        SELECT award.id, CASE
            WHEN purse.id IS NULL THEN 'has no purse'
            WHEN transfer.id IS NULL THEN 'never filled its purse'
            WHEN purse.learning_account_id <> award.learning_account_id THEN 'filled another account''s purse'
            ELSE format('is of %s; the purse says %s, the transfer %s',
                award.amount_minor, purse.amount_minor, transfer.amount_minor) END
        FROM accounts_award award
        JOIN accounts_learningaccount account ON account.id = award.learning_account_id
        JOIN accounts_scheme scheme ON scheme.id = account.scheme_id
        LEFT JOIN accounts_purse purse ON purse.award_id = award.id
        LEFT JOIN ledger_transfer transfer ON transfer.reference = 'award:' || award.id
            AND transfer.debit_id = coalesce(scheme.headroom_id, scheme.pot_id)
            AND transfer.credit_id = purse.ledger_account_id
        WHERE purse.id IS NULL OR transfer.id IS NULL OR purse.learning_account_id <> award.learning_account_id
            OR purse.amount_minor <> award.amount_minor OR transfer.amount_minor <> award.amount_minor
        ORDER BY award.id LIMIT 1
        """,
    )


@invariant("each top-up filled one purse, once, with its amount, from its sponsor's money")
def top_ups() -> Iterator[Broken]:
    yield from _broken(
        "top_up",
        """
        SELECT top_up.id, CASE
            WHEN purse.id IS NULL THEN 'has no purse'
            WHEN transfer.id IS NULL THEN 'never filled its purse'
            WHEN purse.learning_account_id <> top_up.learning_account_id THEN 'filled another account''s purse'
            WHEN account.scheme_id <> sponsor.scheme_id THEN 'is in another scheme than its sponsor'
            ELSE format('is of %s; the purse says %s, the transfer %s',
                top_up.amount_minor, purse.amount_minor, transfer.amount_minor) END
        FROM accounts_topup top_up
        JOIN accounts_sponsor sponsor ON sponsor.id = top_up.sponsor_id
        JOIN accounts_learningaccount account ON account.id = top_up.learning_account_id
        LEFT JOIN accounts_purse purse ON purse.top_up_id = top_up.id
        LEFT JOIN ledger_transfer transfer ON transfer.reference = 'top_up:' || top_up.id
            AND transfer.debit_id = sponsor.account_id AND transfer.credit_id = purse.ledger_account_id
        WHERE purse.id IS NULL OR transfer.id IS NULL OR purse.learning_account_id <> top_up.learning_account_id
            OR account.scheme_id <> sponsor.scheme_id
            OR purse.amount_minor <> top_up.amount_minor OR transfer.amount_minor <> top_up.amount_minor
        ORDER BY top_up.id LIMIT 1
        """,
    )


@invariant("a purse that has expired holds nothing")
def expired_purses() -> Iterator[Broken]:
    yield from _broken(
        "purse",
        """
        SELECT purse.id, format('has expired and holds %s', balance.posted)
        FROM accounts_purse purse JOIN ledger_balance balance ON balance.account_id = purse.ledger_account_id
        WHERE purse.state = 'expired' AND balance.posted <> 0
        ORDER BY purse.id LIMIT 1
        """,
    )


def _broken(table: str, query: str) -> Iterator[Broken]:
    with connection.cursor() as cursor:
        cursor.execute(query)
        for row, says in cursor.fetchall():
            yield Broken(table, str(row), says)
