DROP FUNCTION providers_runs_changed, providers_courses_changed, providers_providers_changed,
    providers_accreditations_changed, providers_venues_changed CASCADE;
DROP FUNCTION providers_list_again;
