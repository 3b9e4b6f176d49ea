"""Learners say how guidance was, and what became of them after a course."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import config.ids

# What a learner said stays as they said it, or is taken back as a whole.
SAID_ONCE = """
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
"""
SAID_AGAIN = """
DROP TRIGGER said_once ON brokerage_guidancefeedback;
DROP FUNCTION brokerage_refuse_another_answer();
"""


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0006_proofs_and_representatives"),
        ("brokerage", "0014_careers"),
        ("providers", "0009_search"),
        ("vouchers", "0011_agreed_prices"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Destination",
            fields=[
                (
                    "voucher",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        primary_key=True,
                        related_name="destination",
                        serialize=False,
                        to="vouchers.voucher",
                    ),
                ),
                ("asked_at", models.DateTimeField()),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("asked", "Asked"),
                            ("answered", "Answered"),
                            ("declined", "Not to be asked again"),
                            ("withdrawn", "Taken back"),
                        ],
                        default="asked",
                        max_length=9,
                    ),
                ),
                (
                    "became",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("work_of_this_kind", "In work of this kind"),
                            ("other_work", "In other work"),
                            ("learning", "Learning on"),
                            ("looking", "Looking for work"),
                            ("none_of_these", "None of these"),
                        ],
                        max_length=17,
                    ),
                ),
                ("helped", models.BooleanField(null=True)),
                ("answered_at", models.DateTimeField(null=True)),
            ],
        ),
        migrations.CreateModel(
            name="GuidanceFeedback",
            fields=[
                ("id", models.UUIDField(default=config.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ("asked_at", models.DateTimeField()),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("asked", "Asked"),
                            ("answered", "Answered"),
                            ("declined", "Not to be asked again"),
                            ("withdrawn", "Taken back"),
                        ],
                        default="asked",
                        max_length=9,
                    ),
                ),
                ("listened", models.BooleanField(null=True)),
                ("understood", models.BooleanField(null=True)),
                ("helped", models.BooleanField(null=True)),
                ("pushed", models.BooleanField(null=True)),
                ("answered_at", models.DateTimeField(null=True)),
            ],
            options={
                "ordering": ["-asked_at", "-id"],
            },
        ),
        migrations.CreateModel(
            name="GuidanceRemark",
            fields=[
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("waiting", "Waits for a person at the scheme"),
                            ("shown", "Shown"),
                            ("held_back", "Not shown"),
                        ],
                        default="waiting",
                        max_length=9,
                    ),
                ),
                (
                    "held_back",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("names", "They tell who somebody is"),
                            ("insults", "They insult somebody"),
                            ("not_about_it", "They are not about the course"),
                        ],
                        max_length=12,
                    ),
                ),
                ("looked_at", models.DateTimeField(null=True)),
                ("id", models.UUIDField(default=config.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                (
                    "by",
                    models.CharField(
                        choices=[("learner", "A learner"), ("organisation", "The organisation")], max_length=12
                    ),
                ),
                ("words", models.TextField(max_length=1000)),
                ("written_at", models.DateTimeField()),
            ],
            options={
                "ordering": ["-written_at", "-id"],
            },
        ),
        migrations.RemoveConstraint(
            model_name="saidanddone",
            name="said_and_done_is_of_one_thing",
        ),
        migrations.AddField(
            model_name="saidanddone",
            name="organisation",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="said_and_done",
                to="brokerage.guidanceorganisation",
            ),
        ),
        migrations.AddConstraint(
            model_name="saidanddone",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("course", None), ("proposal", None)),
                    models.Q(("organisation", None), ("proposal", None)),
                    models.Q(("course", None), ("organisation", None)),
                    _connector="OR",
                ),
                name="said_and_done_is_of_one_thing",
            ),
        ),
        migrations.AddConstraint(
            model_name="destination",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("answered_at__isnull", False),
                        ("became__in", ["work_of_this_kind", "other_work", "learning", "looking", "none_of_these"]),
                        ("helped__isnull", False),
                        ("state", "answered"),
                    ),
                    models.Q(
                        models.Q(
                            models.Q(("answered_at", None), ("state", "asked")),
                            models.Q(("answered_at__isnull", False), ("state", "declined")),
                            _connector="OR",
                        ),
                        ("became", ""),
                        ("helped", None),
                    ),
                    _connector="OR",
                ),
                name="destination_has_all_answers_or_none",
            ),
        ),
        migrations.AddField(
            model_name="guidancefeedback",
            name="consultation",
            field=models.OneToOneField(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="feedback",
                to="brokerage.consultation",
            ),
        ),
        migrations.AddField(
            model_name="guidancefeedback",
            name="decision",
            field=models.OneToOneField(
                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="feedback", to="brokerage.decision"
            ),
        ),
        migrations.AddField(
            model_name="guidancefeedback",
            name="learner",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="guidance_feedback", to="accounts.learner"
            ),
        ),
        migrations.AddField(
            model_name="guidancefeedback",
            name="organisation",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="brokerage.guidanceorganisation"
            ),
        ),
        migrations.AddField(
            model_name="guidancefeedback",
            name="scheme",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="accounts.scheme"
            ),
        ),
        migrations.AddField(
            model_name="guidanceremark",
            name="feedback",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="remarks", to="brokerage.guidancefeedback"
            ),
        ),
        migrations.AddField(
            model_name="guidanceremark",
            name="looked_by",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddField(
            model_name="guidanceremark",
            name="written_by",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddIndex(
            model_name="guidancefeedback",
            index=models.Index(fields=["learner", "-asked_at"], name="guidance_feedback_by_learner"),
        ),
        migrations.AddIndex(
            model_name="guidancefeedback",
            index=models.Index(
                condition=models.Q(("state", "answered")),
                fields=["organisation", "answered_at"],
                name="guidance_feedback_answered",
            ),
        ),
        migrations.AddConstraint(
            model_name="guidancefeedback",
            constraint=models.CheckConstraint(
                condition=models.Q(("consultation", None), ("decision", None), _connector="XOR"),
                name="guidance_feedback_is_of_a_talk_or_a_decision",
            ),
        ),
        migrations.AddConstraint(
            model_name="guidancefeedback",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("answered_at__isnull", False),
                        ("helped__isnull", False),
                        ("listened__isnull", False),
                        ("pushed__isnull", False),
                        ("state", "answered"),
                        ("understood__isnull", False),
                    ),
                    models.Q(
                        models.Q(
                            models.Q(("answered_at", None), ("state", "asked")),
                            models.Q(("answered_at__isnull", False), ("state__in", ["declined", "withdrawn"])),
                            _connector="OR",
                        ),
                        ("helped", None),
                        ("listened", None),
                        ("pushed", None),
                        ("understood", None),
                    ),
                    _connector="OR",
                ),
                name="guidance_feedback_has_all_answers_or_none",
            ),
        ),
        migrations.AddIndex(
            model_name="guidanceremark",
            index=models.Index(
                condition=models.Q(("state", "waiting")), fields=["written_at"], name="guidance_remark_queue"
            ),
        ),
        migrations.AddConstraint(
            model_name="guidanceremark",
            constraint=models.UniqueConstraint(
                fields=("feedback", "by"), name="one_guidance_remark_a_feedback_and_side"
            ),
        ),
        migrations.AddConstraint(
            model_name="guidanceremark",
            constraint=models.CheckConstraint(
                condition=models.Q(("by__in", ["learner", "organisation"])), name="guidance_remark_is_by_somebody_known"
            ),
        ),
        migrations.AddConstraint(
            model_name="guidanceremark",
            constraint=models.CheckConstraint(
                condition=models.Q(("words", ""), _negated=True), name="guidance_remark_has_words"
            ),
        ),
        migrations.AddConstraint(
            model_name="guidanceremark",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("held_back", ""), ("looked_at", None), ("looked_by", None), ("state", "waiting")),
                    models.Q(
                        ("held_back", ""),
                        ("looked_at__isnull", False),
                        ("looked_by__isnull", False),
                        ("state", "shown"),
                    ),
                    models.Q(
                        ("held_back__in", ["names", "insults", "not_about_it"]),
                        ("looked_at__isnull", False),
                        ("looked_by__isnull", False),
                        ("state", "held_back"),
                    ),
                    _connector="OR",
                ),
                name="guidance_remark_is_shown_once_looked_at",
            ),
        ),
        migrations.AddConstraint(
            model_name="guidanceremark",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("looked_by", None),
                    ("written_by", None),
                    models.Q(("looked_by", models.F("written_by")), _negated=True),
                    _connector="OR",
                ),
                name="nobody_looks_at_their_own_guidance_remark",
            ),
        ),
        migrations.RunSQL(SAID_ONCE, SAID_AGAIN),
    ]
