-- What is only ever added to.
DO $$
DECLARE
    kept text;
BEGIN
    FOREACH kept IN ARRAY ARRAY[
        'brokerage_trial',
        'brokerage_trialassignment',
        'brokerage_qualitymark',
        'brokerage_markwithdrawal',
        'brokerage_proposaloutcome',
        'brokerage_saidanddone',
        'brokerage_tierchoice',
        'brokerage_assistedact'
    ] LOOP
        EXECUTE format('CREATE TRIGGER never_changed BEFORE UPDATE OR DELETE ON %I
            FOR EACH STATEMENT EXECUTE FUNCTION ledger_refuse_change()', kept);
        EXECUTE format('CREATE TRIGGER never_emptied BEFORE TRUNCATE ON %I
            FOR EACH STATEMENT EXECUTE FUNCTION ledger_refuse_change()', kept);
    END LOOP;
END
$$;

-- Nobody has more learners than they may.
CREATE FUNCTION brokerage_refuse_one_too_many() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp
AS $$
DECLARE
    adviser record;
BEGIN
    FOR adviser IN
        SELECT a.id, coalesce(a.caseload_limit, o.caseload_limit) AS most
        FROM brokerage_adviser a JOIN brokerage_guidanceorganisation o ON o.id = a.organisation_id
        WHERE a.id IN (SELECT adviser_id FROM added) ORDER BY a.id FOR NO KEY UPDATE OF a
    LOOP
        IF (SELECT count(*) FROM brokerage_caseload WHERE adviser_id = adviser.id) > adviser.most THEN
            RAISE EXCEPTION 'this adviser has as many learners as they may have'
                USING ERRCODE = 'check_violation', CONSTRAINT = 'caseload_is_within_its_limit';
        END IF;
    END LOOP;
    RETURN NULL;
END
$$;
CREATE TRIGGER within_the_limit_when_named AFTER INSERT ON brokerage_caseload
    REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION brokerage_refuse_one_too_many();
CREATE TRIGGER within_the_limit_when_changed AFTER UPDATE ON brokerage_caseload
    REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION brokerage_refuse_one_too_many();

-- An adviser manages no scheme and works for no provider, and nobody of these is an adviser.
CREATE FUNCTION brokerage_refuse_roles_that_exclude_each_other() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp
AS $$
BEGIN
    PERFORM FROM accounts_user WHERE id = NEW.user_id FOR NO KEY UPDATE;
    IF (SELECT count(*) FROM (
        SELECT FROM brokerage_adviser WHERE user_id = NEW.user_id
        UNION ALL SELECT FROM accounts_schememanager WHERE user_id = NEW.user_id
        UNION ALL SELECT FROM providers_staff WHERE user_id = NEW.user_id AND left_at IS NULL
    ) roles) > 1 THEN
        RAISE EXCEPTION 'this person has a role that excludes this one'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'roles_that_exclude_each_other';
    END IF;
    RETURN NULL;
END
$$;
CREATE TRIGGER one_role_alone AFTER INSERT OR UPDATE OF user_id ON brokerage_adviser
    FOR EACH ROW EXECUTE FUNCTION brokerage_refuse_roles_that_exclude_each_other();
CREATE TRIGGER one_role_alone AFTER INSERT OR UPDATE OF user_id ON accounts_schememanager
    FOR EACH ROW EXECUTE FUNCTION brokerage_refuse_roles_that_exclude_each_other();
CREATE TRIGGER one_role_alone AFTER INSERT OR UPDATE OF user_id, left_at ON providers_staff
    FOR EACH ROW WHEN (NEW.left_at IS NULL) EXECUTE FUNCTION brokerage_refuse_roles_that_exclude_each_other();

-- Nobody decides with an interest, on what was asked for or on what is approved instead.
CREATE FUNCTION brokerage_refuse_interested() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp
AS $$
BEGIN
    PERFORM FROM brokerage_adviser WHERE id = NEW.adviser_id FOR NO KEY UPDATE;
    IF EXISTS (
        SELECT FROM brokerage_interest i
        JOIN brokerage_request r ON r.id = NEW.request_id
        JOIN providers_courserun run ON run.id = r.run_id
        JOIN providers_course course ON course.id = run.course_id
        JOIN accounts_learner learner ON learner.id = r.learner_id
        LEFT JOIN accounts_user person ON person.id = learner.user_id
        WHERE i.adviser_id = NEW.adviser_id AND i.ended_at IS NULL AND i.kind <> 'taught'
        AND (i.provider_id = course.provider_id OR i.learner_id = learner.id OR i.email = person.email)
    ) THEN
        RAISE EXCEPTION 'this adviser has an interest in what they decide on'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'nobody_decides_with_an_interest';
    END IF;
    RETURN NEW;
END
$$;
CREATE TRIGGER without_interest BEFORE INSERT ON brokerage_decision
    FOR EACH ROW EXECUTE FUNCTION brokerage_refuse_interested();

CREATE FUNCTION brokerage_refuse_interested_change() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp
AS $$
BEGIN
    IF EXISTS (
        SELECT FROM brokerage_interest i
        JOIN brokerage_decision d ON d.id = NEW.decision_id AND d.adviser_id = i.adviser_id
        JOIN providers_courserun run ON run.id = NEW.run_id
        JOIN providers_course course ON course.id = run.course_id AND course.provider_id = i.provider_id
        WHERE i.ended_at IS NULL AND i.kind <> 'taught'
    ) THEN
        RAISE EXCEPTION 'this adviser has an interest in what they approve instead'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'nobody_decides_with_an_interest';
    END IF;
    RETURN NEW;
END
$$;
CREATE TRIGGER without_interest BEFORE INSERT ON brokerage_terms
    FOR EACH ROW EXECUTE FUNCTION brokerage_refuse_interested_change();

-- What is on a guidance record stays as it was written; what words say can be erased.
CREATE FUNCTION brokerage_refuse_rewriting() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp
AS $$
DECLARE
    erased jsonb := to_jsonb(OLD);
    given text;
BEGIN
    IF TG_OP = 'UPDATE' THEN
        FOREACH given IN ARRAY TG_ARGV LOOP
            erased := jsonb_set(erased, ARRAY[split_part(given, '=', 1)], split_part(given, '=', 2)::jsonb);
        END LOOP;
    END IF;
    IF TG_OP = 'DELETE' OR to_jsonb(NEW) <> erased THEN
        RAISE EXCEPTION 'what is on a guidance record is only ever added to' USING ERRCODE = 'WM006';
    END IF;
    RETURN NEW;
END
$$;
CREATE TRIGGER never_rewritten BEFORE UPDATE OR DELETE ON brokerage_guidanceentry
    FOR EACH ROW EXECUTE FUNCTION brokerage_refuse_rewriting('words=""', 'answers={}');
CREATE TRIGGER never_rewritten BEFORE UPDATE OR DELETE ON brokerage_privatenote
    FOR EACH ROW EXECUTE FUNCTION brokerage_refuse_rewriting('words=""');
CREATE TRIGGER never_rewritten BEFORE UPDATE OR DELETE ON brokerage_consultation
    FOR EACH ROW EXECUTE FUNCTION brokerage_refuse_rewriting('note="[erased]"');

-- An adviser works a learner's pages while they assist them, and at no other time.
CREATE FUNCTION brokerage_refuse_unassisted_act() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp
AS $$
BEGIN
    IF NOT EXISTS (
        SELECT FROM brokerage_assistance
        WHERE id = NEW.assistance_id
            AND NEW.done_at BETWEEN began_at AND ends_at
            AND (ended_at IS NULL OR ended_at >= NEW.done_at)
    ) THEN
        RAISE EXCEPTION 'nothing is done on a learner''s pages when nobody assists them'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'act_is_within_its_assistance';
    END IF;
    RETURN NEW;
END
$$;

CREATE TRIGGER act_is_within_its_assistance BEFORE INSERT ON brokerage_assistedact
    FOR EACH ROW EXECUTE FUNCTION brokerage_refuse_unassisted_act();

-- What a learner said of guidance is said once.
CREATE FUNCTION brokerage_refuse_another_answer() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp
AS $$
DECLARE
    answers text[] := ARRAY['state', 'listened', 'understood', 'helped', 'pushed', 'answered_at'];
BEGIN
    IF NOT (OLD.state = 'asked' OR OLD.state = 'answered' AND NEW.state = 'withdrawn')
        OR to_jsonb(NEW) - answers <> to_jsonb(OLD) - answers THEN
        RAISE EXCEPTION 'what a learner said of guidance is never changed' USING ERRCODE = 'WM006';
    END IF;
    RETURN NEW;
END
$$;
CREATE TRIGGER said_once BEFORE UPDATE ON brokerage_guidancefeedback
    FOR EACH ROW EXECUTE FUNCTION brokerage_refuse_another_answer();

-- What a learner said yes to is what was passed on, and an answer is given once; what words say can be erased.
CREATE FUNCTION brokerage_refuse_another_referral() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp
AS $$
BEGIN
    IF TG_OP = 'DELETE'
        OR ROW(NEW.id, NEW.learner_id, NEW.adviser_id, NEW.organisation_id, NEW.service_id, NEW.reference,
               NEW.proposed_at)
            IS DISTINCT FROM ROW(OLD.id, OLD.learner_id, OLD.adviser_id, OLD.organisation_id, OLD.service_id,
                                 OLD.reference, OLD.proposed_at)
        OR NEW.words NOT IN (OLD.words, '[erased]') OR NEW.name NOT IN (OLD.name, '')
        OR NEW.reach NOT IN (OLD.reach, '')
        OR (OLD.consented_at IS NOT NULL
            AND ROW(NEW.consented_at, NEW.named) IS DISTINCT FROM ROW(OLD.consented_at, OLD.named))
        OR (OLD.read_at IS NOT NULL AND NEW.read_at IS DISTINCT FROM OLD.read_at)
        OR (OLD.answered_at IS NOT NULL
            AND (ROW(NEW.said, NEW.answered_at, NEW.answered_by_id)
                 IS DISTINCT FROM ROW(OLD.said, OLD.answered_at, OLD.answered_by_id)
                 OR NEW.answer NOT IN (OLD.answer, '')))
    THEN
        RAISE EXCEPTION 'a referral stays as the learner agreed to it' USING ERRCODE = 'WM006';
    END IF;
    RETURN NEW;
END
$$;
CREATE TRIGGER stays_as_agreed BEFORE UPDATE OR DELETE ON brokerage_referral
    FOR EACH ROW EXECUTE FUNCTION brokerage_refuse_another_referral();
CREATE TRIGGER never_rewritten BEFORE UPDATE ON brokerage_goodword
    FOR EACH ROW WHEN (OLD.said_at IS NOT NULL OR OLD.taken_back_at IS NOT NULL)
    EXECUTE FUNCTION brokerage_refuse_rewriting('words=""');
CREATE TRIGGER never_deleted BEFORE DELETE ON brokerage_goodword
    FOR EACH ROW EXECUTE FUNCTION brokerage_refuse_rewriting();
