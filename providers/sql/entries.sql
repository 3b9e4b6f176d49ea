-- The catalogue's entries: for each run, the days on which a learner is shown it, beside what a search narrows by.
-- They follow from courses, runs, providers, accreditations and venues, whoever writes those, in the same transaction.

-- Write the entries of these courses anew. Holds their providers, so that two changes to one catalogue come after one
-- another and the later one sees the earlier: whoever locks courses and may end here locks their providers first.
CREATE FUNCTION providers_list_again(courses uuid[]) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    IF coalesce(cardinality(courses), 0) = 0 THEN
        RETURN;
    END IF;
    PERFORM FROM providers_provider
        WHERE id IN (SELECT provider_id FROM providers_course WHERE id = ANY (courses))
        ORDER BY id FOR NO KEY UPDATE;
    DELETE FROM providers_catalogueentry WHERE course_id = ANY (courses);
    INSERT INTO providers_catalogueentry (
        run_id, course_id, provider_id, listed_from, listed_until, level, category, mode, pattern, town, starts_on,
        pricing, price_minor, currency, hours, latitude, longitude
    )
    SELECT run.id, course.id, course.provider_id, lower(span), upper(span) - 1, course.level, course.category, run.mode,
        run.pattern, coalesce(venue.town, ''), run.starts_on, run.pricing, run.price_minor, run.currency, run.hours,
        venue.latitude, venue.longitude
    FROM providers_course course
    JOIN providers_provider provider ON provider.id = course.provider_id
    CROSS JOIN LATERAL (
        SELECT range_agg(daterange(valid_from, valid_until, '[]')) AS days
        FROM providers_accreditation WHERE course_id = course.id
    ) AS of_course
    CROSS JOIN LATERAL (
        SELECT range_agg(daterange(valid_from, valid_until, '[]')) AS days
        FROM providers_accreditation WHERE provider_id = provider.id
    ) AS of_provider
    JOIN providers_courserun run ON run.course_id = course.id
    LEFT JOIN providers_venue venue ON venue.id = run.venue_id
    CROSS JOIN LATERAL unnest(
        of_course.days * of_provider.days
            * datemultirange(daterange(NULL, coalesce(run.apply_until, run.starts_on - 1), '[]'))
    ) AS span
    WHERE course.id = ANY (courses) AND course.withdrawn_at IS NULL AND provider.state = 'active'
        AND run.withdrawn_at IS NULL AND NOT run.dates_in_doubt;
END $$;

CREATE FUNCTION providers_runs_changed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM providers_list_again(ARRAY(SELECT DISTINCT course_id FROM changed));
    RETURN NULL;
END $$;
CREATE TRIGGER listed_again_when_made AFTER INSERT ON providers_courserun
    REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION providers_runs_changed();
CREATE TRIGGER listed_again_when_changed AFTER UPDATE ON providers_courserun
    REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION providers_runs_changed();

CREATE FUNCTION providers_courses_changed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM providers_list_again(ARRAY(
        SELECT changed.id FROM changed JOIN before USING (id)
        WHERE (changed.level, changed.category, changed.withdrawn_at)
            IS DISTINCT FROM (before.level, before.category, before.withdrawn_at)
    ));
    RETURN NULL;
END $$;
CREATE TRIGGER listed_again_when_changed AFTER UPDATE ON providers_course
    REFERENCING OLD TABLE AS before NEW TABLE AS changed
    FOR EACH STATEMENT EXECUTE FUNCTION providers_courses_changed();

CREATE FUNCTION providers_providers_changed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM providers_list_again(ARRAY(
        SELECT course.id FROM changed JOIN before USING (id) JOIN providers_course course ON course.provider_id = changed.id
        WHERE changed.state <> before.state
    ));
    RETURN NULL;
END $$;
CREATE TRIGGER listed_again_when_changed AFTER UPDATE ON providers_provider
    REFERENCING OLD TABLE AS before NEW TABLE AS changed
    FOR EACH STATEMENT EXECUTE FUNCTION providers_providers_changed();

-- A provider that is accredited is held before its courses are looked up, so that none is missed that is made meanwhile.
CREATE FUNCTION providers_accreditations_changed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM FROM providers_provider WHERE id IN (SELECT provider_id FROM changed) ORDER BY id FOR NO KEY UPDATE;
    PERFORM providers_list_again(ARRAY(
        SELECT course_id FROM changed WHERE course_id IS NOT NULL
        UNION
        SELECT course.id FROM changed JOIN providers_course course ON course.provider_id = changed.provider_id
    ));
    RETURN NULL;
END $$;
CREATE TRIGGER listed_again_when_made AFTER INSERT ON providers_accreditation
    REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION providers_accreditations_changed();
CREATE TRIGGER listed_again_when_changed AFTER UPDATE ON providers_accreditation
    REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION providers_accreditations_changed();
CREATE TRIGGER listed_again_when_gone AFTER DELETE ON providers_accreditation
    REFERENCING OLD TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION providers_accreditations_changed();

CREATE FUNCTION providers_venues_changed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM providers_list_again(ARRAY(
        SELECT DISTINCT run.course_id FROM changed JOIN before USING (id)
        JOIN providers_courserun run ON run.venue_id = changed.id
        WHERE (changed.town, changed.latitude, changed.longitude)
            IS DISTINCT FROM (before.town, before.latitude, before.longitude)
    ));
    RETURN NULL;
END $$;
CREATE TRIGGER listed_again_when_changed AFTER UPDATE ON providers_venue
    REFERENCING OLD TABLE AS before NEW TABLE AS changed
    FOR EACH STATEMENT EXECUTE FUNCTION providers_venues_changed();

SELECT providers_list_again(ARRAY(SELECT id FROM providers_course));
