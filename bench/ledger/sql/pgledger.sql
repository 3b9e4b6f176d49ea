-- pgledger's workload, written again after its published functions (there is no package of it): text ids made of a UUIDv7
-- in Crockford's base 32, a balance and a version on every account, one transfer and two entries a movement, all accounts
-- of a call locked in order, each movement on its own, every side's balance checked and kept. It writes no event.
CREATE TABLE peer_account (
    id text PRIMARY KEY,
    currency text NOT NULL,
    balance numeric NOT NULL DEFAULT 0,
    version bigint NOT NULL DEFAULT 0,
    may_be_negative boolean NOT NULL,
    may_be_positive boolean NOT NULL,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL
);
CREATE TABLE peer_transfer (
    id text PRIMARY KEY,
    from_id text NOT NULL REFERENCES peer_account,
    to_id text NOT NULL REFERENCES peer_account,
    amount numeric NOT NULL CHECK (amount > 0),
    created_at timestamptz NOT NULL,
    event_at timestamptz NOT NULL,
    metadata jsonb,
    CHECK (from_id <> to_id)
);
CREATE INDEX ON peer_transfer (from_id);
CREATE INDEX ON peer_transfer (to_id);
CREATE INDEX ON peer_transfer (event_at);
CREATE TABLE peer_entry (
    id text PRIMARY KEY,
    account_id text NOT NULL REFERENCES peer_account,
    transfer_id text NOT NULL REFERENCES peer_transfer,
    amount numeric NOT NULL,
    balance_before numeric NOT NULL,
    balance_after numeric NOT NULL,
    version bigint NOT NULL,
    created_at timestamptz NOT NULL
);
CREATE INDEX ON peer_entry (account_id);
CREATE INDEX ON peer_entry (transfer_id);

INSERT INTO peer_account (id, currency, may_be_negative, may_be_positive, created_at, updated_at)
SELECT kind || '_' || place, 'GBP', kind = 'funder', true, now(), now()
FROM (VALUES ('funder', 1), ('learner', 200), ('payable', 100)) AS wanted (kind, many),
    generate_series(0, many - 1) AS place;

-- It asks each time whether this server makes such ids itself.
CREATE FUNCTION peer_makes_ids() RETURNS boolean LANGUAGE sql IMMUTABLE
AS $$ SELECT EXISTS (SELECT FROM pg_proc WHERE proname = 'uuidv7') $$;

CREATE FUNCTION peer_id(prefix text) RETURNS text LANGUAGE plpgsql
AS $$
DECLARE
    id uuid;
    bits bit(130);
    made text := prefix || '_';
BEGIN
    IF NOT peer_makes_ids() THEN
        RAISE EXCEPTION 'this measurement needs uuidv7()';
    END IF;
    EXECUTE 'SELECT uuidv7()' INTO id;
    bits := B'00' || ('x' || replace(id::text, '-', ''))::bit(128);
    FOR place IN 0 .. 25 LOOP
        made := made
            || substr('0123456789ABCDEFGHJKMNPQRSTVWXYZ', substring(bits FROM place * 5 + 1 FOR 5)::int + 1, 1);
    END LOOP;
    RETURN made;
END
$$;

CREATE FUNCTION peer_check(account peer_account) RETURNS void LANGUAGE plpgsql
AS $$
BEGIN
    IF NOT account.may_be_negative AND account.balance < 0 THEN
        RAISE EXCEPTION 'account % may not be negative', account.id;
    END IF;
    IF NOT account.may_be_positive AND account.balance > 0 THEN
        RAISE EXCEPTION 'account % may not be positive', account.id;
    END IF;
END
$$;

CREATE FUNCTION peer_move(sources text[], targets text[], amounts numeric[]) RETURNS SETOF peer_transfer LANGUAGE plpgsql
AS $$
DECLARE
    account text;
    source peer_account;
    target peer_account;
    transfer text;
    made text[] := '{}';
BEGIN
    FOR account IN SELECT DISTINCT one FROM unnest(sources || targets) AS one ORDER BY one LOOP
        PERFORM FROM peer_account WHERE id = account FOR UPDATE;
    END LOOP;
    FOR place IN 1 .. cardinality(amounts) LOOP
        UPDATE peer_account SET balance = balance - amounts[place], version = version + 1, updated_at = now()
        WHERE id = sources[place] RETURNING * INTO source;
        PERFORM peer_check(source);
        UPDATE peer_account SET balance = balance + amounts[place], version = version + 1, updated_at = now()
        WHERE id = targets[place] RETURNING * INTO target;
        PERFORM peer_check(target);
        IF source.currency <> target.currency THEN
            RAISE EXCEPTION 'accounts % and % are in different currencies', source.id, target.id;
        END IF;
        INSERT INTO peer_transfer (id, from_id, to_id, amount, created_at, event_at)
        VALUES (peer_id('transfer'), source.id, target.id, amounts[place], now(), now())
        RETURNING id INTO transfer;
        INSERT INTO peer_entry
        VALUES (peer_id('entry'), source.id, transfer, -amounts[place], source.balance + amounts[place],
            source.balance, source.version, now());
        INSERT INTO peer_entry
        VALUES (peer_id('entry'), target.id, transfer, amounts[place], target.balance - amounts[place],
            target.balance, target.version, now());
        made := made || transfer;
    END LOOP;
    RETURN QUERY SELECT * FROM peer_transfer WHERE id = ANY (made) ORDER BY id;
END
$$;

SELECT peer_move(ARRAY['funder_0'], ARRAY['learner_' || place], ARRAY[1e12]) FROM generate_series(0, 199) AS place;
