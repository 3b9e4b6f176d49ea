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

-- The era that rows are written in. Refuses a transaction that is older than what has been sealed: after a restore,
-- transaction ids start again, and the operator has to begin a new era.
CREATE OR REPLACE FUNCTION ledger_era() RETURNS int
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, public, pg_temp
AS $$
DECLARE
    book ledger_book;
BEGIN
    SELECT * INTO book FROM ledger_book;
    IF pg_current_xact_id() < book.floor THEN
        RAISE EXCEPTION 'this is not the cluster in which era % was sealed', book.era USING ERRCODE = 'WM008';
    END IF;
    RETURN book.era;
END
$$;

-- Writes down what happened, without money moving.
CREATE OR REPLACE FUNCTION ledger_record(happened jsonb) RETURNS void
LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
AS $$
    INSERT INTO ledger_event
        (id, kind, subject, actor, acting_for, on_behalf_of, request_id, data, created_at, era, xid)
    SELECT id, kind, subject, actor, acting_for, on_behalf_of, request_id, data,
           ledger_now(), (SELECT ledger_era()), pg_current_xact_id()
    FROM jsonb_to_recordset(happened) AS event (
        id uuid, kind text, subject text, actor text, acting_for text, on_behalf_of text, request_id text, data jsonb
    )
$$;

-- Posts transfers and the events that explain them, all or nothing. The lines are parallel arrays.
-- Separate statements over arrays keep their plans whatever the planner estimates.
-- Locks the balances of bounded accounts, in id order.
CREATE OR REPLACE FUNCTION ledger_post(
    happened jsonb, ids uuid[], journals uuid[], debits uuid[], credits uuid[], amounts bigint[], currencies text[],
    kinds text[], refs text[], event_ids uuid[], corrected uuid[], effective date[]
) RETURNS TABLE (
    id uuid, journal uuid, reference text, created_at timestamptz, debit_after_minor bigint, credit_after_minor bigint
)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
AS $$
#variable_conflict use_column
DECLARE
    this_xid xid8 := pg_current_xact_id();
    moment timestamptz := ledger_now();
    this_era int := (SELECT era FROM ledger_book);
    wanted text[] := refs;
    wrong text;
    stale int;
    debit_after bigint[];
    debit_seq bigint[];
    credit_after bigint[];
    credit_seq bigint[];
BEGIN
    IF current_setting('waymark.posted', true) = this_xid::text THEN
        RAISE EXCEPTION 'a transaction posts once' USING ERRCODE = 'WM005';
    END IF;
    PERFORM set_config('waymark.posted', this_xid::text, true);

    SELECT line.account::text INTO wrong
    FROM unnest(debits || credits) AS line (account)
    LEFT JOIN ledger_account account ON account.id = line.account
    WHERE account.id IS NULL LIMIT 1;
    IF wrong IS NOT NULL THEN
        RAISE EXCEPTION 'there is no account %', wrong USING ERRCODE = 'WM003', DETAIL = wrong;
    END IF;
    SELECT line.account::text INTO wrong
    FROM unnest(debits || credits, currencies || currencies) AS line (account, currency)
    JOIN ledger_account account ON account.id = line.account
    WHERE account.currency <> line.currency LIMIT 1;
    IF wrong IS NOT NULL THEN
        RAISE EXCEPTION 'account % is in another currency', wrong USING ERRCODE = 'WM002', DETAIL = wrong;
    END IF;

    PERFORM 1 FROM ledger_balance WHERE account_id = ANY (debits || credits) ORDER BY account_id FOR UPDATE;

    -- After the locks, so that of two that post the same references at once the second sees the first.
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
    SELECT count(*) INTO stale FROM ledger_transfer posted WHERE posted.reference = ANY (wanted);
    IF stale > 0 THEN
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
    PERFORM ledger_record(happened);

    IF cardinality(ids) > 0 THEN
        WITH side AS (
            SELECT place, 1 AS leg, debit AS account, -amount AS change
            FROM unnest(debits, amounts) WITH ORDINALITY AS line (debit, amount, place)
            UNION ALL
            SELECT place, 2, credit, amount
            FROM unnest(credits, amounts) WITH ORDINALITY AS line (credit, amount, place)
        ), running AS (
            SELECT place, leg,
                   balance.posted + (sum(change) OVER steps)::bigint AS after,
                   balance.seq + row_number() OVER steps AS seq
            FROM side LEFT JOIN ledger_balance balance ON balance.account_id = side.account
            WINDOW steps AS (PARTITION BY side.account ORDER BY place, leg)
        )
        SELECT array_agg(after ORDER BY place) FILTER (WHERE leg = 1),
               array_agg(seq ORDER BY place) FILTER (WHERE leg = 1),
               array_agg(after ORDER BY place) FILTER (WHERE leg = 2),
               array_agg(seq ORDER BY place) FILTER (WHERE leg = 2)
        INTO debit_after, debit_seq, credit_after, credit_seq
        FROM running;

        SELECT line.account::text INTO wrong
        FROM unnest(debits, debit_after) AS line (account, after) WHERE after < 0 LIMIT 1;
        IF wrong IS NOT NULL THEN
            RAISE EXCEPTION 'there is not enough in account %', wrong USING ERRCODE = 'WM001', DETAIL = wrong;
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
        );
    END IF;

    RETURN QUERY
        SELECT posted.id, posted.journal, posted.reference::text, posted.created_at,
               posted.debit_after_minor, posted.credit_after_minor
        FROM ledger_transfer posted WHERE posted.reference = ANY (wanted);
END
$$;

-- Locks the balances of bounded accounts in id order, and answers them as they are once locked.
CREATE OR REPLACE FUNCTION ledger_lock(accounts uuid[]) RETURNS TABLE (account_id uuid, posted bigint)
LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
AS $$
    SELECT account_id, posted FROM ledger_balance WHERE account_id = ANY (accounts) ORDER BY account_id FOR UPDATE
$$;
