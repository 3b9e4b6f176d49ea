DROP TRIGGER never_deleted ON brokerage_goodword;
DROP TRIGGER never_rewritten ON brokerage_goodword;
DROP TRIGGER stays_as_agreed ON brokerage_referral;
DROP FUNCTION brokerage_refuse_another_referral();

DROP TRIGGER said_once ON brokerage_guidancefeedback;
DROP FUNCTION brokerage_refuse_another_answer();

DROP TRIGGER act_is_within_its_assistance ON brokerage_assistedact;
DROP FUNCTION brokerage_refuse_unassisted_act();

DROP TRIGGER never_rewritten ON brokerage_consultation;
DROP TRIGGER never_rewritten ON brokerage_privatenote;
DROP TRIGGER never_rewritten ON brokerage_guidanceentry;
DROP FUNCTION brokerage_refuse_rewriting();

DROP TRIGGER without_interest ON brokerage_terms;
DROP FUNCTION brokerage_refuse_interested_change();
DROP TRIGGER without_interest ON brokerage_decision;
DROP FUNCTION brokerage_refuse_interested();

DROP TRIGGER one_role_alone ON brokerage_adviser;
DROP TRIGGER one_role_alone ON accounts_schememanager;
DROP TRIGGER one_role_alone ON providers_staff;
DROP FUNCTION brokerage_refuse_roles_that_exclude_each_other();

DROP TRIGGER within_the_limit_when_named ON brokerage_caseload;
DROP TRIGGER within_the_limit_when_changed ON brokerage_caseload;
DROP FUNCTION brokerage_refuse_one_too_many();

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
        EXECUTE format('DROP TRIGGER never_changed ON %I', kept);
        EXECUTE format('DROP TRIGGER never_emptied ON %I', kept);
    END LOOP;
END
$$;
