import datetime

import django.db.models.deletion
import django.db.models.expressions
from django.db import migrations, models

import config.ids

MARKED_AS_IT_HAPPENED = """
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
CREATE TRIGGER never_changed BEFORE UPDATE OR DELETE ON brokerage_assistedact
    FOR EACH STATEMENT EXECUTE FUNCTION ledger_refuse_change();
CREATE TRIGGER never_emptied BEFORE TRUNCATE ON brokerage_assistedact
    FOR EACH STATEMENT EXECUTE FUNCTION ledger_refuse_change();
"""
UNMARKED = """
DROP TRIGGER never_emptied ON brokerage_assistedact;
DROP TRIGGER never_changed ON brokerage_assistedact;
DROP TRIGGER act_is_within_its_assistance ON brokerage_assistedact;
DROP FUNCTION brokerage_refuse_unassisted_act();
"""


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0006_proofs_and_representatives"),
        ("brokerage", "0012_plan"),
    ]

    operations = [
        migrations.CreateModel(
            name="NotAssisted",
            fields=[
                (
                    "learner",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        primary_key=True,
                        related_name="not_assisted",
                        serialize=False,
                        to="accounts.learner",
                    ),
                ),
                ("since", models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name="Assistance",
            fields=[
                ("id", models.UUIDField(default=config.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                (
                    "together",
                    models.CharField(
                        choices=[
                            ("in_person", "Side by side"),
                            ("phone", "On the telephone"),
                            ("video", "By video"),
                        ],
                        max_length=9,
                    ),
                ),
                ("began_at", models.DateTimeField()),
                ("ends_at", models.DateTimeField()),
                ("ended_at", models.DateTimeField(null=True)),
                (
                    "adviser",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="assistances", to="brokerage.adviser"
                    ),
                ),
                (
                    "learner",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="assistances", to="accounts.learner"
                    ),
                ),
            ],
            options={
                "ordering": ["-began_at", "-id"],
            },
        ),
        migrations.CreateModel(
            name="AssistedAct",
            fields=[
                ("id", models.UUIDField(default=config.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                (
                    "act",
                    models.CharField(
                        choices=[
                            ("asked", "Asked for a course"),
                            ("withdrew", "Took a request back"),
                            ("appealed", "Asked another adviser to look at an answer"),
                            ("lowered", "Asked for it at the lower price"),
                            ("saved", "Saved a course for later"),
                            ("let_go", "Saved a course no longer"),
                            ("wished", "Wished for a course that is not offered"),
                            ("took_back", "Took a wish back"),
                        ],
                        max_length=9,
                    ),
                ),
                ("about", models.CharField(max_length=80)),
                ("done_at", models.DateTimeField()),
                (
                    "assistance",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="acts", to="brokerage.assistance"
                    ),
                ),
            ],
            options={
                "ordering": ["done_at", "id"],
            },
        ),
        migrations.AddConstraint(
            model_name="assistance",
            constraint=models.UniqueConstraint(
                condition=models.Q(("ended_at", None)), fields=("adviser",), name="an_adviser_assists_one_at_a_time"
            ),
        ),
        migrations.AddConstraint(
            model_name="assistance",
            constraint=models.CheckConstraint(
                condition=models.Q(("together__in", ["in_person", "phone", "video"])), name="assistance_is_together"
            ),
        ),
        migrations.AddConstraint(
            model_name="assistance",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("ends_at__gt", models.F("began_at")),
                    (
                        "ends_at__lte",
                        django.db.models.expressions.CombinedExpression(
                            models.F("began_at"), "+", models.Value(datetime.timedelta(seconds=3600))
                        ),
                    ),
                ),
                name="assistance_lasts_no_longer_than_a_talk",
            ),
        ),
        migrations.AddIndex(
            model_name="assistedact",
            index=models.Index(fields=["about"], name="assisted_act_about"),
        ),
        migrations.AddConstraint(
            model_name="assistedact",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("act__in", ["asked", "withdrew", "appealed", "lowered", "saved", "let_go", "wished", "took_back"]),
                    models.Q(("about", ""), _negated=True),
                ),
                name="assisted_act_is_known",
            ),
        ),
        migrations.RunSQL(MARKED_AS_IT_HAPPENED, UNMARKED),
    ]
