-- Opens accounts, or finds those that are there: answers their ids in the order asked.
CREATE OR REPLACE FUNCTION ledger_open(
    ids uuid[], kinds text[], currencies text[], bounds boolean[], owner_types text[], owner_ids uuid[]
) RETURNS TABLE (id uuid)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
AS $$
#variable_conflict use_column
BEGIN
    WITH opened AS (
        INSERT INTO ledger_account (id, kind, currency, bounded, owner_type, owner_id)
        SELECT * FROM unnest(ids, kinds, currencies, bounds, owner_types, owner_ids)
        ON CONFLICT (owner_type, owner_id, kind, currency) DO NOTHING
        RETURNING ledger_account.id, bounded
    )
    INSERT INTO ledger_balance (account_id, posted, seq) SELECT opened.id, 0, 0 FROM opened WHERE bounded;
    RETURN QUERY
        SELECT account.id
        FROM unnest(kinds, currencies, owner_types, owner_ids) WITH ORDINALITY
            AS wanted (kind, currency, owner_type, owner_id, place)
        JOIN ledger_account account USING (owner_type, owner_id, kind, currency)
        ORDER BY place;
END
$$;

-- What `ledger_post` does with many transfers, with one that goes wrong, and with events alone. Only it calls this.
-- Separate statements over arrays keep their plans whatever the planner estimates; they are planned once, since
-- planning them again for each call takes longer than a transfer does. Each finds its rows by key, also where the table
-- was small when it was planned.
CREATE OR REPLACE FUNCTION ledger_post_many(
    this_era int, moment timestamptz,
    happened jsonb, ids uuid[], journals uuid[], debits uuid[], credits uuid[], amounts bigint[], currencies text[],
    kinds text[], refs text[], event_ids uuid[], corrected uuid[], effective date[]
) RETURNS TABLE (
    id uuid, journal uuid, reference text, created_at timestamptz, debit_after_minor bigint, credit_after_minor bigint
)
LANGUAGE plpgsql
SET search_path = pg_catalog, public, pg_temp SET plan_cache_mode = force_generic_plan SET enable_seqscan = off
AS $$
#variable_conflict use_column
DECLARE
    this_xid xid8 := pg_current_xact_id();
    wanted text[] := refs;
    wrong text;
    unknown text;
    overdrawn text;
    stale boolean := false;
    debit_after bigint[];
    debit_seq bigint[];
    credit_after bigint[];
    credit_seq bigint[];
BEGIN
    IF cardinality(refs) > 0 THEN
        PERFORM 1 FROM ledger_balance WHERE account_id = ANY (debits || credits) ORDER BY account_id FOR UPDATE;

        -- After the locks, so that of two that post the same references at once the second sees the first.
        stale := EXISTS (SELECT FROM ledger_transfer posted WHERE posted.reference = ANY (refs));
    END IF;
    IF stale THEN
        SELECT line.reference INTO wrong
        FROM unnest(debits, credits, amounts, currencies, kinds, refs)
            AS line (debit, credit, amount, currency, kind, reference)
        JOIN ledger_transfer posted USING (reference)
        WHERE (posted.debit_id, posted.credit_id, posted.amount_minor, posted.currency::text, posted.kind::text)
            IS DISTINCT FROM (line.debit, line.credit, line.amount, line.currency, line.kind)
        LIMIT 1;
        IF wrong IS NOT NULL THEN
            RAISE EXCEPTION 'reference % was posted with other content', wrong USING ERRCODE = 'WM004', DETAIL = wrong;
        END IF;
        SELECT array_agg(line.id), array_agg(line.journal), array_agg(line.debit), array_agg(line.credit),
               array_agg(line.amount), array_agg(line.currency), array_agg(line.kind), array_agg(line.reference),
               array_agg(line.event), array_agg(line.corrects), array_agg(line.effective)
        INTO ids, journals, debits, credits, amounts, currencies, kinds, refs, event_ids, corrected, effective
        FROM unnest(ids, journals, debits, credits, amounts, currencies, kinds, refs, event_ids, corrected, effective)
            WITH ORDINALITY AS line (
                id, journal, debit, credit, amount, currency, kind, reference, event, corrects, effective, place
            )
        WHERE NOT EXISTS (SELECT FROM ledger_transfer posted WHERE posted.reference = line.reference);
        -- The events of what was posted before were written then.
        SELECT coalesce(jsonb_agg(event), '[]') INTO happened
        FROM jsonb_array_elements(happened) AS event
        WHERE (event ->> 'alone')::boolean OR (event ->> 'id')::uuid = ANY (event_ids);
    END IF;

    INSERT INTO ledger_event
        (id, kind, subject, actor, acting_for, on_behalf_of, request_id, data, created_at, era, xid)
    SELECT id, kind, subject, actor, acting_for, on_behalf_of, request_id, data, moment, this_era, this_xid
    FROM jsonb_to_recordset(happened) AS event (
        id uuid, kind text, subject text, actor text, acting_for text, on_behalf_of text, request_id text, data jsonb
    );

    IF cardinality(ids) > 0 THEN
        WITH side AS (
            SELECT place, 1 AS leg, debit AS account, -amount AS change, currency
            FROM unnest(debits, amounts, currencies) WITH ORDINALITY AS line (debit, amount, currency, place)
            UNION ALL
            SELECT place, 2, credit, amount, currency
            FROM unnest(credits, amounts, currencies) WITH ORDINALITY AS line (credit, amount, currency, place)
        ), running AS (
            SELECT place, leg, side.account, account.id IS NULL AS unknown,
                   account.currency <> side.currency AS wrong,
                   balance.posted + (sum(change) OVER steps)::bigint AS after,
                   balance.seq + row_number() OVER steps AS seq
            FROM side
            LEFT JOIN ledger_account account ON account.id = side.account
            LEFT JOIN ledger_balance balance ON balance.account_id = side.account
            WINDOW steps AS (PARTITION BY side.account ORDER BY place, leg)
        )
        SELECT array_agg(after ORDER BY place) FILTER (WHERE leg = 1),
               array_agg(seq ORDER BY place) FILTER (WHERE leg = 1),
               array_agg(after ORDER BY place) FILTER (WHERE leg = 2),
               array_agg(seq ORDER BY place) FILTER (WHERE leg = 2),
               min(account::text) FILTER (WHERE running.unknown), min(account::text) FILTER (WHERE running.wrong),
               min(account::text) FILTER (WHERE leg = 1 AND after < 0)
        INTO debit_after, debit_seq, credit_after, credit_seq, unknown, wrong, overdrawn
        FROM running;
        IF unknown IS NOT NULL THEN
            RAISE EXCEPTION 'there is no account %', unknown USING ERRCODE = 'WM003', DETAIL = unknown;
        ELSIF wrong IS NOT NULL THEN
            RAISE EXCEPTION 'account % is in another currency', wrong USING ERRCODE = 'WM002', DETAIL = wrong;
        ELSIF overdrawn IS NOT NULL THEN
            RAISE EXCEPTION 'there is not enough in account %', overdrawn USING ERRCODE = 'WM001', DETAIL = overdrawn;
        END IF;

        UPDATE ledger_balance balance
        SET posted = balance.posted + total.change, seq = balance.seq + total.touched
        FROM (
            SELECT account, sum(change)::bigint AS change, count(*) AS touched
            FROM unnest(debits || credits, array(SELECT -amount FROM unnest(amounts) AS amount) || amounts)
                AS side (account, change)
            GROUP BY account
        ) total
        WHERE balance.account_id = total.account;

        RETURN QUERY
        INSERT INTO ledger_transfer (
            id, journal, debit_id, credit_id, amount_minor, currency, kind, reference, event_id, corrects_id,
            effective_on, created_at, era, xid, debit_after_minor, debit_seq, credit_after_minor, credit_seq
        )
        SELECT line.id, line.journal, line.debit, line.credit, line.amount, line.currency, line.kind, line.reference,
               line.event, line.corrects, coalesce(line.effective, (moment AT TIME ZONE 'UTC')::date), moment,
               this_era, this_xid, line.debit_after, line.debit_seq, line.credit_after, line.credit_seq
        FROM unnest(
            ids, journals, debits, credits, amounts, currencies, kinds, refs, event_ids, corrected, effective,
            debit_after, debit_seq, credit_after, credit_seq
        ) AS line (
            id, journal, debit, credit, amount, currency, kind, reference, event, corrects, effective,
            debit_after, debit_seq, credit_after, credit_seq
        )
        RETURNING id, journal, reference::text, created_at, debit_after_minor, credit_after_minor;
    END IF;

    IF stale THEN
        RETURN QUERY
            SELECT posted.id, posted.journal, posted.reference::text, posted.created_at,
                   posted.debit_after_minor, posted.credit_after_minor
            FROM ledger_transfer posted
            WHERE posted.reference = ANY (wanted) AND NOT EXISTS (SELECT FROM unnest(ids) AS made WHERE made = posted.id);
    END IF;
END
$$;

-- Posts transfers and the events that explain them, all or nothing. The lines are parallel arrays.
-- Refuses a transaction that is older than what has been sealed: after a restore, transaction ids start again, and the
-- operator has to begin a new era.
-- Plans are made once, and find their rows by key, as in `ledger_post_many`.
-- Locks the balances of bounded accounts, in id order.
CREATE OR REPLACE FUNCTION ledger_post(
    happened jsonb, ids uuid[], journals uuid[], debits uuid[], credits uuid[], amounts bigint[], currencies text[],
    kinds text[], refs text[], event_ids uuid[], corrected uuid[], effective date[]
) RETURNS TABLE (
    id uuid, journal uuid, reference text, created_at timestamptz, debit_after_minor bigint, credit_after_minor bigint
)
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, public, pg_temp SET plan_cache_mode = force_generic_plan SET enable_seqscan = off
AS $$
#variable_conflict use_column
DECLARE
    this_xid xid8 := pg_current_xact_id();
    this_era int;
    moment timestamptz;
    sealed_below xid8;
    sealed_in text;
    here text;
    noted text;
    at_once boolean := false;
    debit_bounded boolean;
    credit_bounded boolean;
    event jsonb := happened -> 0;
    debit_holds bigint;
    debit_place bigint;
    credit_holds bigint;
    credit_place bigint;
BEGIN
    IF cardinality(refs) = 1 AND jsonb_array_length(happened) = 1 THEN
        -- As most calls are. Whether its accounts fit, and its locks come in id order without being taken first.
        SELECT book.era, book.floor, book.cluster, ledger_time(book), debit.bounded, credit.bounded,
               debit.currency = currencies[1] AND credit.currency = currencies[1]
               AND NOT (debit.bounded AND credit.bounded AND credit.id < debit.id)
        INTO this_era, sealed_below, sealed_in, moment, debit_bounded, credit_bounded, at_once
        FROM ledger_book book
        LEFT JOIN ledger_account debit ON debit.id = debits[1]
        LEFT JOIN ledger_account credit ON credit.id = credits[1];
    ELSE
        SELECT book.era, book.floor, book.cluster, ledger_time(book) INTO this_era, sealed_below, sealed_in, moment
        FROM ledger_book book;
    END IF;
    IF sealed_in <> '' AND sealed_in IS DISTINCT FROM current_setting('waymark.cluster', true) THEN
        -- Asked once a session.
        here := set_config('waymark.cluster', ledger_cluster(), false);
    END IF;
    IF this_xid < sealed_below OR sealed_in <> '' AND sealed_in <> here THEN
        RAISE EXCEPTION 'this is not the cluster in which era % was sealed', this_era USING ERRCODE = 'WM008';
    END IF;
    IF cardinality(refs) > 0 THEN
        IF current_setting('waymark.posted', true) = this_xid::text THEN
            RAISE EXCEPTION 'a transaction posts once' USING ERRCODE = 'WM005';
        END IF;
        noted := set_config('waymark.posted', this_xid::text, true);
    END IF;

    IF at_once AND debit_bounded THEN
        UPDATE ledger_balance SET posted = posted - amounts[1], seq = seq + 1
        WHERE account_id = debits[1] AND posted >= amounts[1]
        RETURNING posted, seq INTO debit_holds, debit_place;
        at_once := FOUND;
    END IF;
    IF at_once THEN
        IF credit_bounded THEN
            UPDATE ledger_balance SET posted = posted + amounts[1], seq = seq + 1 WHERE account_id = credits[1]
            RETURNING posted, seq INTO credit_holds, credit_place;
        END IF;
        INSERT INTO ledger_transfer (
            id, journal, debit_id, credit_id, amount_minor, currency, kind, reference, event_id, corrects_id,
            effective_on, created_at, era, xid, debit_after_minor, debit_seq, credit_after_minor, credit_seq
        )
        VALUES (
            ids[1], journals[1], debits[1], credits[1], amounts[1], currencies[1], kinds[1], refs[1], event_ids[1],
            corrected[1], coalesce(effective[1], (moment AT TIME ZONE 'UTC')::date), moment, this_era, this_xid,
            debit_holds, debit_place, credit_holds, credit_place
        )
        ON CONFLICT (reference) DO NOTHING
        RETURNING id, journal, reference, created_at INTO id, journal, reference, created_at;
        IF FOUND THEN
            INSERT INTO ledger_event
                (id, kind, subject, actor, acting_for, on_behalf_of, request_id, data, created_at, era, xid)
            VALUES (
                (event ->> 'id')::uuid, event ->> 'kind', event ->> 'subject', event ->> 'actor',
                event ->> 'acting_for', event ->> 'on_behalf_of', event ->> 'request_id', event -> 'data',
                moment, this_era, this_xid
            );
            debit_after_minor := debit_holds;
            credit_after_minor := credit_holds;
            RETURN NEXT;
            RETURN;
        END IF;
        -- The reference was posted before, or while this waited for the lock: as if this had not begun.
        UPDATE ledger_balance SET posted = posted + amounts[1], seq = seq - 1 WHERE account_id = debits[1];
        UPDATE ledger_balance SET posted = posted - amounts[1], seq = seq - 1 WHERE account_id = credits[1];
    END IF;
    RETURN QUERY
        SELECT * FROM ledger_post_many(
            this_era, moment, happened, ids, journals, debits, credits, amounts, currencies, kinds, refs, event_ids,
            corrected, effective
        );
END
$$;

REVOKE ALL ON FUNCTION ledger_post_many FROM PUBLIC;

-- Writes down what happened, without money moving.
CREATE OR REPLACE FUNCTION ledger_record(happened jsonb) RETURNS void
LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
AS $$
    SELECT ledger_post(happened, '{}', '{}', '{}', '{}', '{}', '{}', '{}', '{}', '{}', '{}', '{}')
$$;

-- Locks the balances of bounded accounts in id order, and answers them as they are once locked.
CREATE OR REPLACE FUNCTION ledger_lock(accounts uuid[]) RETURNS TABLE (account_id uuid, posted bigint)
LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
AS $$
    SELECT account_id, posted FROM ledger_balance WHERE account_id = ANY (accounts) ORDER BY account_id FOR UPDATE
$$;
