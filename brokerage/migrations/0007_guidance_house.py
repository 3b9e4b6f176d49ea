"""Guidance organisations broker with a quality mark, and their advisers declare, stand in, and have no other role."""

import django.contrib.postgres.constraints
import django.contrib.postgres.fields.ranges
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import config.ids

NEVER_EDITED = """
CREATE TRIGGER never_changed BEFORE UPDATE OR DELETE ON {table}
    FOR EACH STATEMENT EXECUTE FUNCTION ledger_refuse_change();
CREATE TRIGGER never_emptied BEFORE TRUNCATE ON {table}
    FOR EACH STATEMENT EXECUTE FUNCTION ledger_refuse_change();
"""
EDITED = """
DROP TRIGGER never_changed ON {table};
DROP TRIGGER never_emptied ON {table};
"""
# Two who come at the same instant wait for each other at the adviser, and the second is counted with the first.
WITHIN_THE_LIMIT = """
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
"""
WITHOUT_LIMIT = """
DROP TRIGGER within_the_limit_when_named ON brokerage_caseload;
DROP TRIGGER within_the_limit_when_changed ON brokerage_caseload;
DROP FUNCTION brokerage_refuse_one_too_many();
"""
# Whoever advises, runs schemes or works for a provider does one of the three. Two roles that are given to one person
# at the same instant wait for each other at the person.
ONE_ROLE = """
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
"""
ANY_ROLES = """
DROP TRIGGER one_role_alone ON brokerage_adviser;
DROP TRIGGER one_role_alone ON accounts_schememanager;
DROP TRIGGER one_role_alone ON providers_staff;
DROP FUNCTION brokerage_refuse_roles_that_exclude_each_other();
"""
# Whoever declares and decides at the same instant waits for themselves.
WITHOUT_INTEREST = """
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
"""
WITH_ANY_INTEREST = """
DROP TRIGGER without_interest ON brokerage_decision;
DROP FUNCTION brokerage_refuse_interested();
"""


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0006_proofs_and_representatives"),
        ("brokerage", "0006_representatives"),
        ("providers", "0009_search"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="AdviserChange",
            fields=[
                ("id", models.UUIDField(default=config.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ("chosen", models.BooleanField()),
                ("changed_at", models.DateTimeField()),
            ],
            options={
                "ordering": ["-changed_at", "-id"],
            },
        ),
        migrations.CreateModel(
            name="Away",
            fields=[
                ("id", models.UUIDField(default=config.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ("from_day", models.DateField()),
                ("until_day", models.DateField()),
                ("recorded_at", models.DateTimeField()),
                ("called_off_at", models.DateTimeField(null=True)),
            ],
            options={
                "ordering": ["from_day", "id"],
            },
        ),
        migrations.CreateModel(
            name="Interest",
            fields=[
                ("id", models.UUIDField(default=config.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("owns", "I own it, or a part of it"),
                            ("works", "I work for it, or am paid by it"),
                            ("family_works", "Somebody of my family works there or owns it"),
                            ("taught", "I taught or worked there in the last two years"),
                            ("family", "A learner is of my family"),
                        ],
                        max_length=12,
                    ),
                ),
                ("email", models.CharField(blank=True, max_length=254)),
                ("declared_at", models.DateTimeField()),
                ("ended_at", models.DateTimeField(null=True)),
            ],
            options={
                "ordering": ["-declared_at", "-id"],
            },
        ),
        migrations.CreateModel(
            name="QualityMark",
            fields=[
                ("id", models.UUIDField(default=config.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ("issuer", models.CharField(max_length=160)),
                ("number", models.CharField(max_length=80)),
                ("valid_from", models.DateField()),
                ("valid_until", models.DateField()),
                ("recorded_at", models.DateTimeField()),
            ],
            options={
                "ordering": ["-valid_from", "-id"],
            },
        ),
        migrations.AddField(
            model_name="adviser",
            name="caseload_limit",
            field=models.PositiveSmallIntegerField(null=True),
        ),
        migrations.AddField(
            model_name="adviser",
            name="leads",
            field=models.BooleanField(default=False),
        ),
        migrations.AddField(
            model_name="adviser",
            name="stand_in",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="stands_in_for",
                to="brokerage.adviser",
            ),
        ),
        migrations.AddField(
            model_name="guidanceorganisation",
            name="caseload_limit",
            field=models.PositiveSmallIntegerField(null=True),
        ),
        migrations.AddField(
            model_name="guidanceorganisation",
            name="closes_at",
            field=models.TimeField(null=True),
        ),
        migrations.AddField(
            model_name="guidanceorganisation",
            name="first_day",
            field=models.PositiveSmallIntegerField(default=0),
        ),
        migrations.AddField(
            model_name="guidanceorganisation",
            name="last_day",
            field=models.PositiveSmallIntegerField(default=4),
        ),
        migrations.AddField(
            model_name="guidanceorganisation",
            name="night_telephone",
            field=models.CharField(blank=True, max_length=40),
        ),
        migrations.AddField(
            model_name="guidanceorganisation",
            name="opens_at",
            field=models.TimeField(null=True),
        ),
        migrations.AddConstraint(
            model_name="adviser",
            constraint=models.CheckConstraint(
                condition=models.Q(("stand_in", models.F("id")), _negated=True), name="another_stands_in_for_an_adviser"
            ),
        ),
        migrations.AddConstraint(
            model_name="guidanceorganisation",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("first_day__lte", models.F("last_day")),
                    ("last_day__lte", 6),
                    models.Q(
                        models.Q(("closes_at", None), ("opens_at", None)),
                        models.Q(
                            ("closes_at__gt", models.F("opens_at")),
                            ("closes_at__isnull", False),
                            ("opens_at__isnull", False),
                        ),
                        _connector="OR",
                    ),
                ),
                name="organisation_opens_before_it_closes",
            ),
        ),
        migrations.AddField(
            model_name="adviserchange",
            name="adviser",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="brokerage.adviser"
            ),
        ),
        migrations.AddField(
            model_name="adviserchange",
            name="former",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="brokerage.adviser"
            ),
        ),
        migrations.AddField(
            model_name="adviserchange",
            name="learner",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="adviser_changes", to="accounts.learner"
            ),
        ),
        migrations.AddField(
            model_name="away",
            name="adviser",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="away", to="brokerage.adviser"
            ),
        ),
        migrations.AddField(
            model_name="interest",
            name="adviser",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="interests", to="brokerage.adviser"
            ),
        ),
        migrations.AddField(
            model_name="interest",
            name="learner",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="accounts.learner"
            ),
        ),
        migrations.AddField(
            model_name="interest",
            name="provider",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="providers.provider"
            ),
        ),
        migrations.AddField(
            model_name="decision",
            name="interest",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="brokerage.interest"
            ),
        ),
        migrations.CreateModel(
            name="MarkWithdrawal",
            fields=[
                (
                    "mark",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        primary_key=True,
                        related_name="withdrawal",
                        serialize=False,
                        to="brokerage.qualitymark",
                    ),
                ),
                (
                    "reason",
                    models.CharField(
                        choices=[("issuer", "The issuer took it back"), ("mistake", "It was recorded by mistake")],
                        max_length=8,
                    ),
                ),
                ("withdrawn_at", models.DateTimeField()),
            ],
        ),
        migrations.AddField(
            model_name="qualitymark",
            name="organisation",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="marks", to="brokerage.guidanceorganisation"
            ),
        ),
        migrations.AddField(
            model_name="qualitymark",
            name="recorded_by",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddIndex(
            model_name="adviserchange",
            index=models.Index(fields=["learner", "-changed_at"], name="adviser_changes_of_learner"),
        ),
        migrations.AddConstraint(
            model_name="away",
            constraint=models.CheckConstraint(
                condition=models.Q(("until_day__gte", models.F("from_day"))), name="away_dates_are_in_order"
            ),
        ),
        migrations.AddConstraint(
            model_name="away",
            constraint=django.contrib.postgres.constraints.ExclusionConstraint(
                condition=models.Q(("called_off_at", None)),
                expressions=[
                    ("adviser", "="),
                    (
                        models.Func(
                            models.F("from_day"),
                            models.F("until_day"),
                            django.contrib.postgres.fields.ranges.RangeBoundary(
                                inclusive_lower=True, inclusive_upper=True
                            ),
                            function="daterange",
                            output_field=django.contrib.postgres.fields.ranges.DateRangeField(),
                        ),
                        "&&",
                    ),
                ],
                name="one_absence_at_a_time",
            ),
        ),
        migrations.AddConstraint(
            model_name="interest",
            constraint=models.UniqueConstraint(
                condition=models.Q(("ended_at", None), ("provider__isnull", False)),
                fields=("adviser", "provider", "kind"),
                name="one_open_interest_a_provider_and_kind",
            ),
        ),
        migrations.AddConstraint(
            model_name="interest",
            constraint=models.UniqueConstraint(
                condition=models.Q(("ended_at", None), ("learner__isnull", False)),
                fields=("adviser", "learner"),
                name="one_open_interest_a_learner",
            ),
        ),
        migrations.AddConstraint(
            model_name="interest",
            constraint=models.UniqueConstraint(
                condition=models.Q(("ended_at", None), models.Q(("email", ""), _negated=True)),
                fields=("adviser", "email"),
                name="one_open_interest_an_address",
            ),
        ),
        migrations.AddConstraint(
            model_name="interest",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("kind", "family"),
                        ("provider", None),
                        models.Q(("learner__isnull", False), models.Q(("email", ""), _negated=True), _connector="XOR"),
                    ),
                    models.Q(
                        ("email", ""),
                        ("kind__in", ["owns", "works", "family_works", "taught"]),
                        ("learner", None),
                        ("provider__isnull", False),
                    ),
                    _connector="OR",
                ),
                name="interest_is_in_a_provider_or_a_learner",
            ),
        ),
        migrations.AddConstraint(
            model_name="interest",
            constraint=models.CheckConstraint(
                condition=models.Q(("ended_at", None), ("ended_at__gte", models.F("declared_at")), _connector="OR"),
                name="interest_ends_after_it_began",
            ),
        ),
        migrations.AddField(
            model_name="markwithdrawal",
            name="withdrawn_by",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddConstraint(
            model_name="qualitymark",
            constraint=models.UniqueConstraint(
                fields=("issuer", "number", "valid_from"), name="one_quality_mark_a_number_and_day"
            ),
        ),
        migrations.AddConstraint(
            model_name="qualitymark",
            constraint=models.CheckConstraint(
                condition=models.Q(models.Q(("issuer", ""), _negated=True), models.Q(("number", ""), _negated=True)),
                name="quality_mark_says_whose_it_is",
            ),
        ),
        migrations.AddConstraint(
            model_name="qualitymark",
            constraint=models.CheckConstraint(
                condition=models.Q(("valid_until__gte", models.F("valid_from"))), name="quality_mark_dates_are_in_order"
            ),
        ),
        *(
            migrations.RunSQL(NEVER_EDITED.format(table=table), EDITED.format(table=table))
            for table in ("brokerage_qualitymark", "brokerage_markwithdrawal")
        ),
        migrations.RunSQL(WITHIN_THE_LIMIT, WITHOUT_LIMIT),
        migrations.RunSQL(ONE_ROLE, ANY_ROLES),
        migrations.RunSQL(WITHOUT_INTEREST, WITH_ANY_INTEREST),
    ]
