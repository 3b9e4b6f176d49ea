"""Where advisers refer learners to, what is passed on with their yes, and what comes back."""

import django.db.models.deletion
import django.db.models.functions.text
from django.db import migrations, models

import config.ids

# What a learner said yes to is what was passed on, and an answer is given once; what words say can be erased.
AS_IT_WAS_AGREED = """
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
"""
OTHERWISE = """
DROP TRIGGER never_deleted ON brokerage_goodword;
DROP TRIGGER never_rewritten ON brokerage_goodword;
DROP TRIGGER stays_as_agreed ON brokerage_referral;
DROP FUNCTION brokerage_refuse_another_referral();
"""


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0006_proofs_and_representatives"),
        ("brokerage", "0015_heard"),
        ("vouchers", "0012_advisers_speak_in_cases"),
    ]

    operations = [
        migrations.CreateModel(
            name="OutsideService",
            fields=[
                ("id", models.UUIDField(default=config.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ("name", models.CharField(max_length=160)),
                ("helps_with", models.TextField(max_length=500)),
                ("email", models.EmailField(max_length=254)),
                ("added_at", models.DateTimeField()),
                ("closed_at", models.DateTimeField(null=True)),
                (
                    "organisation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="services",
                        to="brokerage.guidanceorganisation",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Referral",
            fields=[
                ("id", models.UUIDField(default=config.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ("words", models.TextField(max_length=2000)),
                ("name", models.CharField(blank=True, max_length=165)),
                ("reach", models.CharField(blank=True, max_length=200)),
                ("reference", models.CharField(max_length=12, unique=True)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("proposed", "Waits for the learner’s yes"),
                            ("sent", "Passed on"),
                            ("answered", "Answered"),
                            ("ended", "Called off"),
                        ],
                        default="proposed",
                        max_length=8,
                    ),
                ),
                ("named", models.BooleanField(default=False)),
                ("proposed_at", models.DateTimeField()),
                ("consented_at", models.DateTimeField(null=True)),
                ("answer_by", models.DateTimeField(null=True)),
                ("read_at", models.DateTimeField(null=True)),
                (
                    "said",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("can_help", "They can help"),
                            ("cannot", "They cannot help"),
                            ("came", "There was a visit"),
                            ("did_not_come", "There was no visit"),
                        ],
                        max_length=12,
                    ),
                ),
                ("answer", models.TextField(blank=True, max_length=2000)),
                ("answered_at", models.DateTimeField(null=True)),
                ("token_hash", models.CharField(blank=True, max_length=64)),
                ("link_until", models.DateTimeField(null=True)),
                (
                    "adviser",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="referrals", to="brokerage.adviser"
                    ),
                ),
                (
                    "answered_by",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="brokerage.adviser"
                    ),
                ),
                (
                    "learner",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="referrals", to="accounts.learner"
                    ),
                ),
                (
                    "organisation",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="referrals",
                        to="brokerage.guidanceorganisation",
                    ),
                ),
                (
                    "service",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="referrals",
                        to="brokerage.outsideservice",
                    ),
                ),
            ],
            options={
                "ordering": ["-proposed_at", "-id"],
            },
        ),
        migrations.CreateModel(
            name="GoodWord",
            fields=[
                ("id", models.UUIDField(default=config.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ("words", models.TextField(blank=True, max_length=4000)),
                ("wished_at", models.DateTimeField()),
                ("said_at", models.DateTimeField(null=True)),
                ("taken_back_at", models.DateTimeField(null=True)),
                (
                    "adviser",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="good_words", to="brokerage.adviser"
                    ),
                ),
                (
                    "case",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="good_words",
                        to="vouchers.case",
                    ),
                ),
                (
                    "learner",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="good_words", to="accounts.learner"
                    ),
                ),
                (
                    "request",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="good_words",
                        to="brokerage.request",
                    ),
                ),
            ],
            options={
                "ordering": ["wished_at", "id"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("case", None), ("request__isnull", False)),
                            models.Q(("case__isnull", False), ("request", None), ("words", "")),
                            _connector="OR",
                        ),
                        name="good_word_is_in_a_case_or_an_appeal",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("words", ""), ("said_at__isnull", False), _connector="OR"),
                        name="good_word_that_is_said_has_its_time",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("said_at", None), ("taken_back_at", None), _connector="OR"),
                        name="good_word_is_said_with_the_learners_wish",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("case__isnull", False), ("taken_back_at", None)),
                        fields=("case",),
                        name="one_good_word_a_case",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("request__isnull", False), ("taken_back_at", None)),
                        fields=("request",),
                        name="one_good_word_an_appeal",
                    ),
                ],
            },
        ),
        migrations.AddConstraint(
            model_name="outsideservice",
            constraint=models.UniqueConstraint(
                models.F("organisation"),
                django.db.models.functions.text.Lower("name"),
                condition=models.Q(("closed_at", None)),
                name="one_open_service_a_name",
            ),
        ),
        migrations.AddConstraint(
            model_name="outsideservice",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("name", ""), _negated=True),
                    models.Q(("helps_with", ""), _negated=True),
                    models.Q(("email", ""), _negated=True),
                ),
                name="service_says_who_it_is",
            ),
        ),
        migrations.AddIndex(
            model_name="referral",
            index=models.Index(
                condition=models.Q(("state", "sent")), fields=["organisation", "answer_by"], name="referral_to_answer"
            ),
        ),
        migrations.AddIndex(
            model_name="referral",
            index=models.Index(condition=models.Q(("state", "sent")), fields=["answer_by"], name="referral_late"),
        ),
        migrations.AddConstraint(
            model_name="referral",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("organisation", None), ("service__isnull", False)),
                    models.Q(("organisation__isnull", False), ("service", None)),
                    _connector="OR",
                ),
                name="referral_is_to_one",
            ),
        ),
        migrations.AddConstraint(
            model_name="referral",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("state__in", ("sent", "answered")), _negated=True),
                    models.Q(("answer_by__isnull", False), ("consented_at__isnull", False)),
                    _connector="OR",
                ),
                name="referral_goes_out_with_the_learners_yes",
            ),
        ),
        migrations.AddConstraint(
            model_name="referral",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("link_until", None), ("named", False), ("read_at", None), ("token_hash", "")),
                    ("consented_at__isnull", False),
                    _connector="OR",
                ),
                name="referral_is_read_with_the_learners_yes",
            ),
        ),
        migrations.AddConstraint(
            model_name="referral",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("link_until", None), ("token_hash", "")),
                    models.Q(
                        models.Q(("token_hash", ""), _negated=True),
                        ("link_until__isnull", False),
                        ("service__isnull", False),
                    ),
                    _connector="OR",
                ),
                name="referral_link_is_a_services_and_ends",
            ),
        ),
        migrations.AddConstraint(
            model_name="referral",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("answered_at__isnull", False),
                        ("read_at__isnull", False),
                        ("said__in", ["can_help", "cannot", "came", "did_not_come"]),
                        ("state", "answered"),
                    ),
                    models.Q(models.Q(("state", "answered"), _negated=True), ("answered_at", None), ("said", "")),
                    _connector="OR",
                ),
                name="referral_answer_has_its_time",
            ),
        ),
        migrations.AddConstraint(
            model_name="referral",
            constraint=models.UniqueConstraint(
                condition=models.Q(("token_hash", ""), _negated=True),
                fields=("token_hash",),
                name="one_referral_a_link",
            ),
        ),
        migrations.AddConstraint(
            model_name="referral",
            constraint=models.UniqueConstraint(
                condition=models.Q(("organisation__isnull", False), ("state__in", ("proposed", "sent"))),
                fields=("learner", "organisation"),
                name="one_open_referral_an_organisation",
            ),
        ),
        migrations.AddConstraint(
            model_name="referral",
            constraint=models.UniqueConstraint(
                condition=models.Q(("service__isnull", False), ("state__in", ("proposed", "sent"))),
                fields=("learner", "service"),
                name="one_open_referral_a_service",
            ),
        ),
        migrations.RunSQL(AS_IT_WAS_AGREED, OTHERWISE),
    ]
