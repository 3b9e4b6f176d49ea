"""Times to talk, call-backs, the guidance record and how much support a learner wants."""

import datetime

import django.contrib.postgres.constraints
import django.contrib.postgres.fields
import django.contrib.postgres.fields.ranges
import django.db.models.deletion
import django.db.models.expressions
from django.db import migrations, models

import config.ids

# What was written stays as it was written; all that may be done to it is to erase the words.
WRITTEN_AS_IT_WAS = """
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
CREATE TRIGGER never_changed BEFORE UPDATE OR DELETE ON brokerage_tierchoice
    FOR EACH STATEMENT EXECUTE FUNCTION ledger_refuse_change();
CREATE TRIGGER never_emptied BEFORE TRUNCATE ON brokerage_tierchoice
    FOR EACH STATEMENT EXECUTE FUNCTION ledger_refuse_change();
"""
REWRITTEN = """
DROP TRIGGER never_emptied ON brokerage_tierchoice;
DROP TRIGGER never_changed ON brokerage_tierchoice;
DROP TRIGGER never_rewritten ON brokerage_consultation;
DROP TRIGGER never_rewritten ON brokerage_privatenote;
DROP TRIGGER never_rewritten ON brokerage_guidanceentry;
DROP FUNCTION brokerage_refuse_rewriting();
"""
# The talks that there were already begin the record.
EARLIER_TALKS = """
INSERT INTO brokerage_guidanceentry (id, learner_id, kind, adviser_id, consultation_id, words, answers, made_at)
SELECT id, learner_id, 'talk', adviser_id, id, '', '{}', held_at FROM brokerage_consultation
"""


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0006_proofs_and_representatives"),
        ("brokerage", "0007_guidance_house"),
    ]

    operations = [
        migrations.AlterField(
            model_name="consultation",
            name="channel",
            field=models.CharField(
                choices=[
                    ("phone", "Phone"),
                    ("video", "Video"),
                    ("in_person", "In person"),
                    ("drop_in", "Drop-in"),
                    ("helpline", "Helpline"),
                ],
                max_length=10,
            ),
        ),
        migrations.CreateModel(
            name="Booking",
            fields=[
                ("id", models.UUIDField(default=config.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                (
                    "channel",
                    models.CharField(
                        choices=[
                            ("phone", "Phone"),
                            ("video", "Video"),
                            ("in_person", "In person"),
                            ("drop_in", "Drop-in"),
                            ("helpline", "Helpline"),
                        ],
                        max_length=10,
                    ),
                ),
                ("about", models.TextField(blank=True, max_length=1000)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("booked", "Booked"),
                            ("kept", "You talked"),
                            ("missed", "Missed"),
                            ("cancelled", "Cancelled"),
                        ],
                        default="booked",
                        max_length=9,
                    ),
                ),
                (
                    "cancelled_by",
                    models.CharField(
                        blank=True, choices=[("learner", "the learner"), ("adviser", "the adviser")], max_length=7
                    ),
                ),
                ("sequence", models.PositiveIntegerField(default=0)),
                ("arranged_at", models.DateTimeField()),
                ("reminded_at", models.DateTimeField(null=True)),
                ("ended_at", models.DateTimeField(null=True)),
                (
                    "learner",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="bookings", to="accounts.learner"
                    ),
                ),
            ],
            options={
                "ordering": ["-arranged_at", "-id"],
            },
        ),
        migrations.CreateModel(
            name="CallBack",
            fields=[
                ("id", models.UUIDField(default=config.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ("telephone", models.CharField(blank=True, max_length=30)),
                ("good_times", models.CharField(blank=True, max_length=200)),
                ("language", models.CharField(max_length=10)),
                ("about", models.TextField(blank=True, max_length=1000)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("waiting", "Waiting"),
                            ("done", "You talked"),
                            ("not_reached", "Not reached"),
                            ("taken_back", "Taken back"),
                        ],
                        default="waiting",
                        max_length=11,
                    ),
                ),
                ("asked_at", models.DateTimeField()),
                ("call_by", models.DateTimeField()),
                ("handed_over_at", models.DateTimeField(null=True)),
                ("tries", models.PositiveSmallIntegerField(default=0)),
                ("last_tried_at", models.DateTimeField(null=True)),
                ("ended_at", models.DateTimeField(null=True)),
                (
                    "adviser",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="call_backs", to="brokerage.adviser"
                    ),
                ),
                (
                    "cover",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="brokerage.adviser"
                    ),
                ),
                (
                    "learner",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="call_backs", to="accounts.learner"
                    ),
                ),
                (
                    "request",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="call_backs",
                        to="brokerage.request",
                    ),
                ),
            ],
            options={
                "ordering": ["-asked_at", "-id"],
            },
        ),
        migrations.CreateModel(
            name="CallerCheck",
            fields=[
                ("id", models.UUIDField(default=config.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ("made_at", models.DateTimeField()),
                ("used_at", models.DateTimeField(null=True)),
                (
                    "adviser",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="caller_checks",
                        to="brokerage.adviser",
                    ),
                ),
                (
                    "learner",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="accounts.learner"
                    ),
                ),
            ],
            options={
                "ordering": ["-made_at", "-id"],
            },
        ),
        migrations.CreateModel(
            name="GuidanceEntry",
            fields=[
                ("id", models.UUIDField(default=config.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("talk", "Talk"),
                            ("missed", "A booked talk did not happen"),
                            ("not_reached", "Rung, and not reached"),
                            ("needs", "What would help"),
                            ("tier", "Choice of help"),
                            ("correction", "Correction"),
                            ("answer", "Answer"),
                        ],
                        max_length=11,
                    ),
                ),
                ("words", models.TextField(blank=True, max_length=4000)),
                ("answers", models.JSONField(blank=True, default=dict)),
                ("made_at", models.DateTimeField()),
                (
                    "about",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="followed_by",
                        to="brokerage.guidanceentry",
                    ),
                ),
                (
                    "adviser",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="brokerage.adviser"
                    ),
                ),
                (
                    "booking",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="entries",
                        to="brokerage.booking",
                    ),
                ),
                (
                    "call_back",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="entries",
                        to="brokerage.callback",
                    ),
                ),
                (
                    "consultation",
                    models.OneToOneField(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="entry",
                        to="brokerage.consultation",
                    ),
                ),
                (
                    "learner",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="guidance", to="accounts.learner"
                    ),
                ),
            ],
            options={
                "ordering": ["-made_at", "-id"],
            },
        ),
        migrations.CreateModel(
            name="PrivateNote",
            fields=[
                ("id", models.UUIDField(default=config.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ("words", models.TextField(blank=True, max_length=4000)),
                ("made_at", models.DateTimeField()),
                (
                    "adviser",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="private_notes",
                        to="brokerage.adviser",
                    ),
                ),
                (
                    "learner",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="private_notes", to="accounts.learner"
                    ),
                ),
            ],
            options={
                "ordering": ["-made_at", "-id"],
            },
        ),
        migrations.CreateModel(
            name="Slot",
            fields=[
                ("id", models.UUIDField(default=config.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ("starts_at", models.DateTimeField()),
                ("ends_at", models.DateTimeField()),
                (
                    "channels",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(
                            choices=[
                                ("phone", "Phone"),
                                ("video", "Video"),
                                ("in_person", "In person"),
                                ("drop_in", "Drop-in"),
                                ("helpline", "Helpline"),
                            ],
                            max_length=10,
                        ),
                        size=None,
                    ),
                ),
                ("place", models.CharField(blank=True, max_length=200)),
                ("link", models.URLField(blank=True, max_length=300)),
                ("for_intensive", models.BooleanField(default=False)),
                ("withdrawn_at", models.DateTimeField(null=True)),
                (
                    "adviser",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="slots", to="brokerage.adviser"
                    ),
                ),
            ],
            options={
                "ordering": ["starts_at", "id"],
            },
        ),
        migrations.AddField(
            model_name="booking",
            name="slot",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="bookings", to="brokerage.slot"
            ),
        ),
        migrations.CreateModel(
            name="TierChoice",
            fields=[
                ("id", models.UUIDField(default=config.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                (
                    "tier",
                    models.CharField(
                        choices=[
                            ("self_service", "On my own"),
                            ("assisted", "With help"),
                            ("intensive", "With a lot of help"),
                        ],
                        max_length=12,
                    ),
                ),
                ("chosen_at", models.DateTimeField()),
                (
                    "learner",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="tier_choices", to="accounts.learner"
                    ),
                ),
            ],
            options={
                "ordering": ["-chosen_at", "-id"],
            },
        ),
        migrations.CreateModel(
            name="AnonymousTalk",
            fields=[
                ("id", models.UUIDField(default=config.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                (
                    "channel",
                    models.CharField(
                        choices=[
                            ("phone", "Phone"),
                            ("video", "Video"),
                            ("in_person", "In person"),
                            ("drop_in", "Drop-in"),
                            ("helpline", "Helpline"),
                        ],
                        max_length=10,
                    ),
                ),
                (
                    "topic",
                    models.CharField(
                        choices=[
                            ("courses", "Which courses there are"),
                            ("money", "What is paid, and for whom"),
                            ("account", "Opening or using an account"),
                            ("work", "Work and what comes next"),
                            ("trouble", "Something went wrong"),
                            ("other", "Something else"),
                        ],
                        max_length=8,
                    ),
                ),
                ("held_at", models.DateTimeField()),
                (
                    "adviser",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="anonymous_talks",
                        to="brokerage.adviser",
                    ),
                ),
            ],
            options={
                "ordering": ["-held_at", "-id"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("topic__in", ["courses", "money", "account", "work", "trouble", "other"])),
                        name="anonymous_topic_is_known",
                    )
                ],
            },
        ),
        migrations.AddIndex(
            model_name="callback",
            index=models.Index(
                condition=models.Q(("state", "waiting")), fields=["adviser", "call_by"], name="call_back_desk"
            ),
        ),
        migrations.AddConstraint(
            model_name="callback",
            constraint=models.UniqueConstraint(
                condition=models.Q(("state", "waiting")), fields=("learner",), name="one_waiting_call_back_a_learner"
            ),
        ),
        migrations.AddConstraint(
            model_name="callback",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("ended_at", None), ("state", "waiting")),
                    models.Q(("ended_at__isnull", False), ("state__in", ["done", "not_reached", "taken_back"])),
                    _connector="OR",
                ),
                name="call_back_over_has_its_time",
            ),
        ),
        migrations.AddIndex(
            model_name="callercheck",
            index=models.Index(fields=["adviser", "-made_at"], name="caller_check_by_adviser"),
        ),
        migrations.AddIndex(
            model_name="guidanceentry",
            index=models.Index(fields=["learner", "-made_at"], name="guidance_by_learner"),
        ),
        migrations.AddConstraint(
            model_name="guidanceentry",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("consultation__isnull", False), ("kind", "talk")),
                    models.Q(models.Q(("kind", "talk"), _negated=True), ("consultation", None)),
                    _connector="OR",
                ),
                name="guidance_of_a_talk_has_it",
            ),
        ),
        migrations.AddConstraint(
            model_name="guidanceentry",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("about__isnull", False), ("kind__in", ["correction", "answer"])),
                    models.Q(models.Q(("kind__in", ["correction", "answer"]), _negated=True), ("about", None)),
                    _connector="OR",
                ),
                name="guidance_that_follows_says_what",
            ),
        ),
        migrations.AddConstraint(
            model_name="guidanceentry",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("adviser", None), ("kind__in", ["answer", "tier"])),
                    models.Q(models.Q(("kind__in", ["answer", "tier"]), _negated=True), ("adviser__isnull", False)),
                    _connector="OR",
                ),
                name="guidance_says_who_wrote_it",
            ),
        ),
        migrations.AddConstraint(
            model_name="guidanceentry",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(models.Q(("kind", "missed"), _negated=True), ("booking__isnull", False), _connector="OR"),
                    models.Q(
                        models.Q(("kind", "not_reached"), _negated=True), ("call_back__isnull", False), _connector="OR"
                    ),
                ),
                name="guidance_of_what_failed_says_what",
            ),
        ),
        migrations.AddConstraint(
            model_name="slot",
            constraint=django.contrib.postgres.constraints.ExclusionConstraint(
                condition=models.Q(("withdrawn_at", None)),
                expressions=[
                    ("adviser", "="),
                    (
                        models.Func(
                            models.F("starts_at"),
                            models.F("ends_at"),
                            django.contrib.postgres.fields.ranges.RangeBoundary(),
                            function="TSTZRANGE",
                            output_field=django.contrib.postgres.fields.ranges.DateTimeRangeField(),
                        ),
                        "&&",
                    ),
                ],
                name="slots_of_an_adviser_do_not_overlap",
            ),
        ),
        migrations.AddConstraint(
            model_name="slot",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("ends_at__gt", models.F("starts_at")),
                        (
                            "ends_at__lte",
                            django.db.models.expressions.CombinedExpression(
                                models.F("starts_at"), "+", models.Value(datetime.timedelta(seconds=2700))
                            ),
                        ),
                    ),
                    models.Q(
                        ("ends_at__gt", models.F("starts_at")),
                        (
                            "ends_at__lte",
                            django.db.models.expressions.CombinedExpression(
                                models.F("starts_at"), "+", models.Value(datetime.timedelta(seconds=7200))
                            ),
                        ),
                        ("for_intensive", True),
                    ),
                    _connector="OR",
                ),
                name="slot_is_as_long_as_it_may_be",
            ),
        ),
        migrations.AddConstraint(
            model_name="slot",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("channels__contained_by", ["phone", "video", "in_person"]), ("channels__len__gt", 0)
                ),
                name="slot_has_channels_that_can_be_booked",
            ),
        ),
        migrations.AddConstraint(
            model_name="slot",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        models.Q(("channels__contains", ["in_person"]), _negated=True),
                        models.Q(("place", ""), _negated=True),
                        _connector="OR",
                    ),
                    models.Q(
                        models.Q(("channels__contains", ["video"]), _negated=True),
                        ("link__startswith", "https://"),
                        _connector="OR",
                    ),
                ),
                name="slot_says_where",
            ),
        ),
        migrations.AddIndex(
            model_name="booking",
            index=models.Index(fields=["learner", "state"], name="booking_by_learner"),
        ),
        migrations.AddConstraint(
            model_name="booking",
            constraint=models.UniqueConstraint(
                condition=models.Q(("state", "cancelled"), _negated=True),
                fields=("slot",),
                name="one_live_booking_a_slot",
            ),
        ),
        migrations.AddConstraint(
            model_name="booking",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("ended_at", None), ("state", "booked")),
                    models.Q(models.Q(("state", "booked"), _negated=True), ("ended_at__isnull", False)),
                    _connector="OR",
                ),
                name="booking_over_has_its_time",
            ),
        ),
        migrations.AddConstraint(
            model_name="booking",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("cancelled_by__in", ["learner", "adviser"]), ("state", "cancelled")),
                    models.Q(models.Q(("state", "cancelled"), _negated=True), ("cancelled_by", "")),
                    _connector="OR",
                ),
                name="booking_cancelled_says_by_whom",
            ),
        ),
        migrations.AddConstraint(
            model_name="booking",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("channel__in", ["phone", "video", "in_person"]),
                    ("state__in", ["booked", "kept", "missed", "cancelled"]),
                ),
                name="booking_state_and_channel_are_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="tierchoice",
            constraint=models.CheckConstraint(
                condition=models.Q(("tier__in", ["self_service", "assisted", "intensive"])), name="tier_is_known"
            ),
        ),
        migrations.RunSQL(WRITTEN_AS_IT_WAS, REWRITTEN),
        migrations.RunSQL(EARLIER_TALKS, migrations.RunSQL.noop),
    ]
