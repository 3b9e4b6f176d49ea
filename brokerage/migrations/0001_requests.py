"""The tables of requests, guidance and what learners tell."""

import datetime
from pathlib import Path

import django.contrib.postgres.constraints
import django.contrib.postgres.fields
import django.contrib.postgres.fields.ranges
import django.db.models.deletion
import django.db.models.expressions
import django.db.models.functions.text
from django.conf import settings
from django.db import migrations, models

import config.ids

SQL = Path(__file__).resolve().parent.parent / "sql"


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("ledger", "0002_functions_walls_and_roles"),
        ("accounts", "0001_people_schemes_and_purses"),
        ("providers", "0001_providers_courses_and_feeds"),
        ("vouchers", "0001_vouchers"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
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
                "constraints": [
                    models.UniqueConstraint(
                        fields=("issuer", "number", "valid_from"), name="one_quality_mark_a_number_and_day"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("issuer", ""), _negated=True), models.Q(("number", ""), _negated=True)
                        ),
                        name="quality_mark_says_whose_it_is",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("valid_until__gte", models.F("valid_from"))),
                        name="quality_mark_dates_are_in_order",
                    ),
                ],
                "ordering": ["-valid_from", "-id"],
            },
        ),
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
            name="Proposal",
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
                ("title", models.CharField(max_length=120)),
                ("what", models.TextField(max_length=2000)),
                ("why", models.TextField(max_length=2000)),
                ("written_at", models.DateTimeField()),
                ("closes_on", models.DateField(null=True)),
                (
                    "learner",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="proposals",
                        to="accounts.learner",
                    ),
                ),
                (
                    "looked_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "scheme",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="voice_proposals",
                        to="accounts.scheme",
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["scheme", "closes_on"], name="proposal_by_scheme")],
                "constraints": [
                    models.CheckConstraint(
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
                        name="proposal_is_shown_once_looked_at",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("closes_on__isnull", False), ("state", "shown")),
                            models.Q(models.Q(("state", "shown"), _negated=True), ("closes_on", None)),
                            _connector="OR",
                        ),
                        name="shown_proposal_has_an_end",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("title", ""), _negated=True),
                            models.Q(("what", ""), _negated=True),
                            models.Q(("why", ""), _negated=True),
                        ),
                        name="proposal_has_words",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("state", "shown"), ("learner__isnull", False), _connector="OR"),
                        name="unshown_proposal_is_somebody_s",
                    ),
                ],
                "ordering": ["-written_at", "-id"],
            },
        ),
        migrations.CreateModel(
            name="Adviser",
            fields=[
                ("id", models.UUIDField(default=config.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ("leads", models.BooleanField(default=False)),
                ("caseload_limit", models.PositiveSmallIntegerField(null=True)),
                (
                    "cover",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="covers_for",
                        to="brokerage.adviser",
                    ),
                ),
                (
                    "stand_in",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="stands_in_for",
                        to="brokerage.adviser",
                    ),
                ),
                (
                    "user",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT, related_name="adviser", to=settings.AUTH_USER_MODEL
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("cover", models.F("id")), _negated=True),
                        name="adviser_is_covered_by_another",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("stand_in", models.F("id")), _negated=True),
                        name="another_stands_in_for_an_adviser",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Assistance",
            fields=[
                ("id", models.UUIDField(default=config.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                (
                    "together",
                    models.CharField(
                        choices=[("in_person", "Side by side"), ("phone", "On the telephone"), ("video", "By video")],
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
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("ended_at", None)),
                        fields=("adviser",),
                        name="an_adviser_assists_one_at_a_time",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("together__in", ["in_person", "phone", "video"])),
                        name="assistance_is_together",
                    ),
                    models.CheckConstraint(
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
                ],
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
                "indexes": [models.Index(fields=["about"], name="assisted_act_about")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "act__in",
                                ["asked", "withdrew", "appealed", "lowered", "saved", "let_go", "wished", "took_back"],
                            ),
                            models.Q(("about", ""), _negated=True),
                        ),
                        name="assisted_act_is_known",
                    )
                ],
                "ordering": ["done_at", "id"],
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
                (
                    "adviser",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="away", to="brokerage.adviser"
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("until_day__gte", models.F("from_day"))), name="away_dates_are_in_order"
                    ),
                    django.contrib.postgres.constraints.ExclusionConstraint(
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
                ],
                "ordering": ["from_day", "id"],
            },
        ),
        migrations.CreateModel(
            name="Badge",
            fields=[
                ("id", models.UUIDField(default=config.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ("place", models.PositiveBigIntegerField(unique=True)),
                ("content", models.JSONField()),
                ("issued_at", models.DateTimeField()),
                ("reversals", models.PositiveIntegerField()),
                ("revoked_at", models.DateTimeField(null=True)),
                (
                    "voucher",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="badges", to="vouchers.voucher"
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("revoked_at", None)),
                        fields=("voucher",),
                        name="one_standing_badge_a_voucher",
                    )
                ],
            },
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
                "indexes": [models.Index(fields=["learner", "state"], name="booking_by_learner")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("ended_at", None), ("state", "booked")),
                            models.Q(models.Q(("state", "booked"), _negated=True), ("ended_at__isnull", False)),
                            _connector="OR",
                        ),
                        name="booking_over_has_its_time",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("cancelled_by__in", ["learner", "adviser"]), ("state", "cancelled")),
                            models.Q(models.Q(("state", "cancelled"), _negated=True), ("cancelled_by", "")),
                            _connector="OR",
                        ),
                        name="booking_cancelled_says_by_whom",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("channel__in", ["phone", "video", "in_person"]),
                            ("state__in", ["booked", "kept", "missed", "cancelled"]),
                        ),
                        name="booking_state_and_channel_are_known",
                    ),
                ],
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
            ],
            options={
                "indexes": [
                    models.Index(
                        condition=models.Q(("state", "waiting")), fields=["adviser", "call_by"], name="call_back_desk"
                    )
                ],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("state", "waiting")),
                        fields=("learner",),
                        name="one_waiting_call_back_a_learner",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("ended_at", None), ("state", "waiting")),
                            models.Q(("ended_at__isnull", False), ("state__in", ["done", "not_reached", "taken_back"])),
                            _connector="OR",
                        ),
                        name="call_back_over_has_its_time",
                    ),
                ],
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
                "indexes": [models.Index(fields=["adviser", "-made_at"], name="caller_check_by_adviser")],
                "ordering": ["-made_at", "-id"],
            },
        ),
        migrations.CreateModel(
            name="Caseload",
            fields=[
                ("id", models.UUIDField(default=config.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ("since", models.DateTimeField()),
                (
                    "adviser",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="caseload", to="brokerage.adviser"
                    ),
                ),
                (
                    "learner",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT, related_name="caseload", to="accounts.learner"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Consultation",
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
                ("held_at", models.DateTimeField()),
                ("minutes", models.PositiveSmallIntegerField()),
                ("note", models.TextField(max_length=4000)),
                (
                    "adviser",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="consultations",
                        to="brokerage.adviser",
                    ),
                ),
                (
                    "learner",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="consultations", to="accounts.learner"
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("minutes__gte", 1), ("minutes__lte", 480)), name="consultation_has_a_length"
                    )
                ],
                "ordering": ["-held_at", "-id"],
            },
        ),
        migrations.CreateModel(
            name="Decision",
            fields=[
                ("id", models.UUIDField(default=config.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                (
                    "outcome",
                    models.CharField(
                        choices=[
                            ("approve", "Approve"),
                            ("approve_changed", "Approve with a change"),
                            ("advise_otherwise", "Advise otherwise"),
                            ("decline", "Decline"),
                        ],
                        max_length=16,
                    ),
                ),
                (
                    "reason_codes",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(
                            choices=[
                                ("not_suitable", "The course does not lead to the learner's goal"),
                                ("too_hard", "An earlier step is needed first"),
                                ("too_easy", "The learner can do this already"),
                                ("price", "The price is high for what is offered"),
                                ("better_offer", "There is a better course for this"),
                                ("circumstances", "Times, travel or care do not fit yet"),
                            ],
                            max_length=20,
                        ),
                        blank=True,
                        default=list,
                        size=None,
                    ),
                ),
                ("reasons", models.TextField(max_length=4000)),
                ("decided_at", models.DateTimeField()),
                (
                    "adviser",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="decisions", to="brokerage.adviser"
                    ),
                ),
                ("alternatives", models.ManyToManyField(blank=True, related_name="+", to="providers.courserun")),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("outcome", "approve"), models.Q(("reasons", ""), _negated=True), _connector="OR"
                        ),
                        name="decision_against_has_reasons",
                    )
                ],
                "ordering": ["-decided_at", "-id"],
            },
        ),
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
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("answered_at__isnull", False),
                                (
                                    "became__in",
                                    ["work_of_this_kind", "other_work", "learning", "looking", "none_of_these"],
                                ),
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
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Goal",
            fields=[
                ("id", models.UUIDField(default=config.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ("version", models.PositiveIntegerField(default=1)),
                ("changed_at", models.DateTimeField()),
                ("title", models.CharField(max_length=160)),
                ("why", models.TextField(blank=True, max_length=2000)),
                ("by", models.DateField(null=True)),
                ("reached_on", models.DateField(null=True)),
                (
                    "learner",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="goals", to="accounts.learner"
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        models.F("learner"), django.db.models.functions.text.Lower("title"), name="one_goal_a_title"
                    ),
                    models.CheckConstraint(condition=models.Q(("title", ""), _negated=True), name="goal_has_a_title"),
                ],
                "ordering": [models.OrderBy(models.F("reached_on"), nulls_first=True), "id"],
            },
        ),
        migrations.CreateModel(
            name="GroupOffer",
            fields=[
                ("id", models.UUIDField(default=config.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ("category", models.CharField(max_length=4)),
                ("town", models.CharField(blank=True, max_length=100)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("open", "Learners decide"),
                            ("agreed", "Takes place"),
                            ("lapsed", "Too few came"),
                            ("cancelled", "Taken back"),
                        ],
                        default="open",
                        max_length=9,
                    ),
                ),
                ("made_at", models.DateTimeField()),
                ("answer_by", models.DateTimeField()),
                ("ended_at", models.DateTimeField(null=True)),
                ("came", models.PositiveIntegerField(null=True)),
                ("price_minor", models.BigIntegerField(null=True)),
                ("holds_until", models.DateField(null=True)),
                (
                    "provider",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="providers.provider"
                    ),
                ),
                (
                    "run",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="group_offers",
                        to="providers.courserun",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(
                        condition=models.Q(("state", "open")), fields=["category", "town"], name="group_offer_open"
                    ),
                    models.Index(condition=models.Q(("state", "open")), fields=["answer_by"], name="group_offer_due"),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("state", "open")),
                        fields=("provider", "category", "town"),
                        name="one_open_offer_a_provider_subject_and_town",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("ended_at", None), ("state", "open")),
                            models.Q(models.Q(("state", "open"), _negated=True), ("ended_at__isnull", False)),
                            _connector="OR",
                        ),
                        name="group_offer_that_ended_has_its_time",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("came__gt", 0),
                                ("holds_until__isnull", False),
                                ("price_minor__gt", 0),
                                ("state", "agreed"),
                            ),
                            models.Q(
                                models.Q(("state", "agreed"), _negated=True),
                                ("holds_until", None),
                                ("price_minor", None),
                            ),
                            _connector="OR",
                        ),
                        name="group_offer_agreed_has_a_price",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("answer_by__gt", models.F("made_at"))),
                        name="group_offer_leaves_time_to_answer",
                    ),
                ],
                "ordering": ["-made_at", "-id"],
            },
        ),
        migrations.CreateModel(
            name="GroupAnswer",
            fields=[
                ("id", models.UUIDField(default=config.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ("comes", models.BooleanField()),
                ("answered_at", models.DateTimeField()),
                (
                    "learner",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="group_answers", to="accounts.learner"
                    ),
                ),
                (
                    "offer",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="answers", to="brokerage.groupoffer"
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("offer", "learner"), name="one_answer_a_learner_and_offer")
                ],
                "ordering": ["answered_at", "id"],
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
                            ("rating", "Career skills, as the learner sees them"),
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
                "indexes": [models.Index(fields=["learner", "-made_at"], name="guidance_by_learner")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("consultation__isnull", False), ("kind", "talk")),
                            models.Q(models.Q(("kind", "talk"), _negated=True), ("consultation", None)),
                            _connector="OR",
                        ),
                        name="guidance_of_a_talk_has_it",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("about__isnull", False), ("kind__in", ["correction", "answer"])),
                            models.Q(models.Q(("kind__in", ["correction", "answer"]), _negated=True), ("about", None)),
                            _connector="OR",
                        ),
                        name="guidance_that_follows_says_what",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("adviser", None), ("kind__in", ["answer", "tier", "rating"])),
                            models.Q(
                                models.Q(("kind__in", ["answer", "tier", "rating"]), _negated=True),
                                ("adviser__isnull", False),
                            ),
                            _connector="OR",
                        ),
                        name="guidance_says_who_wrote_it",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                models.Q(("kind", "missed"), _negated=True), ("booking__isnull", False), _connector="OR"
                            ),
                            models.Q(
                                models.Q(("kind", "not_reached"), _negated=True),
                                ("call_back__isnull", False),
                                _connector="OR",
                            ),
                        ),
                        name="guidance_of_what_failed_says_what",
                    ),
                ],
                "ordering": ["-made_at", "-id"],
            },
        ),
        migrations.CreateModel(
            name="GuidanceOrganisation",
            fields=[
                ("id", models.UUIDField(default=config.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ("name", models.CharField(max_length=160, unique=True)),
                ("telephone", models.CharField(blank=True, max_length=40)),
                ("night_telephone", models.CharField(blank=True, max_length=40)),
                ("first_day", models.PositiveSmallIntegerField(default=0)),
                ("last_day", models.PositiveSmallIntegerField(default=4)),
                ("opens_at", models.TimeField(null=True)),
                ("closes_at", models.TimeField(null=True)),
                ("caseload_limit", models.PositiveSmallIntegerField(null=True)),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
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
                    )
                ],
            },
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
                (
                    "consultation",
                    models.OneToOneField(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="feedback",
                        to="brokerage.consultation",
                    ),
                ),
                (
                    "decision",
                    models.OneToOneField(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="feedback",
                        to="brokerage.decision",
                    ),
                ),
                (
                    "learner",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="guidance_feedback",
                        to="accounts.learner",
                    ),
                ),
                (
                    "scheme",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="accounts.scheme"
                    ),
                ),
                (
                    "organisation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="brokerage.guidanceorganisation",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(fields=["learner", "-asked_at"], name="guidance_feedback_by_learner"),
                    models.Index(
                        condition=models.Q(("state", "answered")),
                        fields=["organisation", "answered_at"],
                        name="guidance_feedback_answered",
                    ),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("consultation", None), ("decision", None), _connector="XOR"),
                        name="guidance_feedback_is_of_a_talk_or_a_decision",
                    ),
                    models.CheckConstraint(
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
                ],
                "ordering": ["-asked_at", "-id"],
            },
        ),
        migrations.AddField(
            model_name="adviser",
            name="organisation",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="advisers",
                to="brokerage.guidanceorganisation",
            ),
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
                ("words", models.TextField(max_length=1000)),
                ("written_at", models.DateTimeField()),
                (
                    "by",
                    models.CharField(
                        choices=[("learner", "A learner"), ("organisation", "The organisation")], max_length=12
                    ),
                ),
                (
                    "feedback",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="remarks",
                        to="brokerage.guidancefeedback",
                    ),
                ),
                (
                    "looked_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "written_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(
                        condition=models.Q(("state", "waiting")), fields=["written_at"], name="guidance_remark_queue"
                    )
                ],
                "constraints": [
                    models.UniqueConstraint(fields=("feedback", "by"), name="one_guidance_remark_a_feedback_and_side"),
                    models.CheckConstraint(
                        condition=models.Q(("by__in", ["learner", "organisation"])),
                        name="guidance_remark_is_by_somebody_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("words", ""), _negated=True), name="guidance_remark_has_words"
                    ),
                    models.CheckConstraint(
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
                    models.CheckConstraint(
                        condition=models.Q(
                            ("looked_by", None),
                            ("written_by", None),
                            models.Q(("looked_by", models.F("written_by")), _negated=True),
                            _connector="OR",
                        ),
                        name="nobody_looks_at_their_own_guidance_remark",
                    ),
                ],
                "ordering": ["-written_at", "-id"],
                "abstract": False,
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
                (
                    "adviser",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="interests", to="brokerage.adviser"
                    ),
                ),
                (
                    "learner",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="accounts.learner"
                    ),
                ),
                (
                    "provider",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="providers.provider",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("ended_at", None), ("provider__isnull", False)),
                        fields=("adviser", "provider", "kind"),
                        name="one_open_interest_a_provider_and_kind",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("ended_at", None), ("learner__isnull", False)),
                        fields=("adviser", "learner"),
                        name="one_open_interest_a_learner",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("ended_at", None), models.Q(("email", ""), _negated=True)),
                        fields=("adviser", "email"),
                        name="one_open_interest_an_address",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("kind", "family"),
                                ("provider", None),
                                models.Q(
                                    ("learner__isnull", False), models.Q(("email", ""), _negated=True), _connector="XOR"
                                ),
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
                    models.CheckConstraint(
                        condition=models.Q(
                            ("ended_at", None), ("ended_at__gte", models.F("declared_at")), _connector="OR"
                        ),
                        name="interest_ends_after_it_began",
                    ),
                ],
                "ordering": ["-declared_at", "-id"],
            },
        ),
        migrations.AddField(
            model_name="decision",
            name="interest",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="brokerage.interest"
            ),
        ),
        migrations.CreateModel(
            name="MarketFigure",
            fields=[
                ("id", models.UUIDField(default=config.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                (
                    "place",
                    models.CharField(
                        choices=[
                            ("england", "England"),
                            ("wales", "Wales"),
                            ("scotland", "Scotland"),
                            ("northern_ireland", "Northern Ireland"),
                            ("france", "France"),
                            ("germany", "Germany"),
                            ("lithuania", "Lithuania"),
                            ("netherlands", "the Netherlands"),
                            ("singapore", "Singapore"),
                            ("united_states", "the United States"),
                            ("elsewhere", "Elsewhere"),
                        ],
                        max_length=20,
                    ),
                ),
                ("occupation", models.CharField(max_length=4)),
                (
                    "measure",
                    models.CharField(
                        choices=[
                            ("median_pay", "Pay in a year (half get more, half less)"),
                            ("people", "People in this work"),
                            ("openings", "Jobs expected to be new or to come free"),
                        ],
                        max_length=10,
                    ),
                ),
                ("value", models.BigIntegerField()),
                ("currency", models.CharField(blank=True, max_length=3)),
                ("first_year", models.PositiveSmallIntegerField()),
                ("last_year", models.PositiveSmallIntegerField()),
                ("source", models.CharField(max_length=160)),
                ("source_address", models.URLField(max_length=300)),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("place", "occupation", "measure", "first_year", "last_year"),
                        name="one_market_figure_of_a_kind",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("last_year__gte", models.F("first_year")),
                            ("occupation__regex", "^[0-9]{1,4}$"),
                            ("value__gte", 0),
                            models.Q(("source", ""), _negated=True),
                            ("source_address__startswith", "http"),
                        ),
                        name="market_figure_says_what_and_whence",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("currency__regex", "^[A-Z]{3}$"), ("measure", "median_pay")),
                            models.Q(("currency", ""), ("measure__in", ["people", "openings"])),
                            _connector="OR",
                        ),
                        name="market_figure_of_pay_has_a_currency",
                    ),
                ],
            },
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
        migrations.CreateModel(
            name="Option",
            fields=[
                ("id", models.UUIDField(default=config.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ("version", models.PositiveIntegerField(default=1)),
                ("changed_at", models.DateTimeField()),
                ("title", models.CharField(blank=True, max_length=160)),
                ("reasons", models.TextField(max_length=2000)),
                ("taken", models.BooleanField(null=True)),
                (
                    "added_by",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="brokerage.adviser"
                    ),
                ),
                (
                    "goal",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="options", to="brokerage.goal"
                    ),
                ),
                (
                    "run",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="providers.courserun",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("goal", "run"), name="one_option_a_run"),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("run__isnull", False), models.Q(("title", ""), _negated=True), _connector="OR"
                        ),
                        name="option_is_a_run_or_has_a_title",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("reasons", ""), _negated=True), name="option_has_reasons"
                    ),
                ],
                "ordering": ["id"],
            },
        ),
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
            options={
                "constraints": [
                    models.UniqueConstraint(
                        models.F("organisation"),
                        django.db.models.functions.text.Lower("name"),
                        condition=models.Q(("closed_at", None)),
                        name="one_open_service_a_name",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("name", ""), _negated=True),
                            models.Q(("helps_with", ""), _negated=True),
                            models.Q(("email", ""), _negated=True),
                        ),
                        name="service_says_who_it_is",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Piece",
            fields=[
                ("id", models.UUIDField(default=config.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ("version", models.PositiveIntegerField(default=1)),
                ("changed_at", models.DateTimeField()),
                ("title", models.CharField(max_length=160)),
                ("document", models.FileField(max_length=120, upload_to="story/")),
                (
                    "media_type",
                    models.CharField(
                        choices=[("application/pdf", "PDF"), ("image/jpeg", "JPEG"), ("image/png", "PNG")],
                        max_length=20,
                    ),
                ),
                ("size", models.PositiveIntegerField()),
                ("sha256", models.CharField(max_length=64)),
                (
                    "learner",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="pieces", to="accounts.learner"
                    ),
                ),
                (
                    "voucher",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="vouchers.voucher"
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("learner", "sha256"), name="one_piece_a_content"),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("title", ""), _negated=True), models.Q(("document", ""), _negated=True)
                        ),
                        name="piece_has_a_title_and_a_document",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("media_type__in", ["application/pdf", "image/jpeg", "image/png"])),
                        name="piece_is_of_a_known_kind",
                    ),
                ],
                "ordering": ["id"],
            },
        ),
        migrations.CreateModel(
            name="Plan",
            fields=[
                ("id", models.UUIDField(default=config.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ("version", models.PositiveIntegerField(default=1)),
                ("changed_at", models.DateTimeField()),
                ("learning", models.TextField(blank=True, max_length=1000)),
                ("work", models.CharField(blank=True, max_length=160)),
                ("occupation", models.CharField(blank=True, max_length=4)),
                ("begun_at", models.DateTimeField()),
                ("ended_at", models.DateTimeField(null=True)),
                (
                    "begun_by",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="brokerage.adviser"
                    ),
                ),
                (
                    "goal",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE, related_name="plan", to="brokerage.goal"
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("occupation", ""), ("occupation__regex", "^[0-9]{4}$"), _connector="OR"),
                        name="occupation_is_a_unit_group",
                    )
                ],
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
            name="ProposalOutcome",
            fields=[
                (
                    "proposal",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        primary_key=True,
                        related_name="outcome",
                        serialize=False,
                        to="brokerage.proposal",
                    ),
                ),
                (
                    "answer",
                    models.CharField(
                        choices=[
                            ("yes", "The scheme does it"),
                            ("partly", "The scheme does a part of it"),
                            ("no", "The scheme does not do it"),
                        ],
                        max_length=6,
                    ),
                ),
                ("reason", models.TextField(max_length=4000)),
                ("votes_for", models.PositiveIntegerField()),
                ("votes_against", models.PositiveIntegerField()),
                ("votes_either", models.PositiveIntegerField()),
                ("answered_at", models.DateTimeField()),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("reason", ""), _negated=True), name="outcome_has_a_reason"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("answer__in", ["yes", "partly", "no"])), name="outcome_is_one_of_three"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Comment",
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
                ("words", models.TextField(max_length=1000)),
                ("written_at", models.DateTimeField()),
                (
                    "learner",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="comments",
                        to="accounts.learner",
                    ),
                ),
                (
                    "looked_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "proposal",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="comments", to="brokerage.proposal"
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
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
                        name="comment_is_shown_once_looked_at",
                    ),
                    models.CheckConstraint(condition=models.Q(("words", ""), _negated=True), name="comment_has_words"),
                    models.CheckConstraint(
                        condition=models.Q(("state", "shown"), ("learner__isnull", False), _connector="OR"),
                        name="unshown_comment_is_somebody_s",
                    ),
                ],
                "ordering": ["written_at", "id"],
            },
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
                "indexes": [
                    models.Index(
                        condition=models.Q(("state", "sent")),
                        fields=["organisation", "answer_by"],
                        name="referral_to_answer",
                    ),
                    models.Index(condition=models.Q(("state", "sent")), fields=["answer_by"], name="referral_late"),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("organisation", None), ("service__isnull", False)),
                            models.Q(("organisation__isnull", False), ("service", None)),
                            _connector="OR",
                        ),
                        name="referral_is_to_one",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state__in", ("sent", "answered")), _negated=True),
                            models.Q(("answer_by__isnull", False), ("consented_at__isnull", False)),
                            _connector="OR",
                        ),
                        name="referral_goes_out_with_the_learners_yes",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("link_until", None), ("named", False), ("read_at", None), ("token_hash", "")),
                            ("consented_at__isnull", False),
                            _connector="OR",
                        ),
                        name="referral_is_read_with_the_learners_yes",
                    ),
                    models.CheckConstraint(
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
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("answered_at__isnull", False),
                                ("read_at__isnull", False),
                                ("said__in", ["can_help", "cannot", "came", "did_not_come"]),
                                ("state", "answered"),
                            ),
                            models.Q(
                                models.Q(("state", "answered"), _negated=True), ("answered_at", None), ("said", "")
                            ),
                            _connector="OR",
                        ),
                        name="referral_answer_has_its_time",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("token_hash", ""), _negated=True),
                        fields=("token_hash",),
                        name="one_referral_a_link",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("organisation__isnull", False), ("state__in", ("proposed", "sent"))),
                        fields=("learner", "organisation"),
                        name="one_open_referral_an_organisation",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("service__isnull", False), ("state__in", ("proposed", "sent"))),
                        fields=("learner", "service"),
                        name="one_open_referral_a_service",
                    ),
                ],
                "ordering": ["-proposed_at", "-id"],
            },
        ),
        migrations.CreateModel(
            name="Representative",
            fields=[
                ("id", models.UUIDField(default=config.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ("email", models.CharField(max_length=254)),
                ("token_hash", models.CharField(editable=False, max_length=64, unique=True)),
                ("may_ask", models.BooleanField()),
                ("spends_minor", models.BigIntegerField()),
                ("currency", models.CharField(max_length=3)),
                (
                    "state",
                    models.CharField(
                        choices=[("invited", "Invited"), ("acting", "Acts for you"), ("ended", "Ended")],
                        default="invited",
                        max_length=7,
                    ),
                ),
                ("invited_at", models.DateTimeField()),
                ("expires_at", models.DateTimeField()),
                ("accepted_at", models.DateTimeField(null=True)),
                ("ended_at", models.DateTimeField(null=True)),
                (
                    "learner",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="representatives",
                        to="accounts.learner",
                    ),
                ),
                (
                    "user",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.RESTRICT,
                        related_name="represents",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("state", "ended"), _negated=True),
                        fields=("learner", "email"),
                        name="one_representative_an_address",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("state", "acting")),
                        fields=("learner", "user"),
                        name="nobody_acts_for_a_learner_twice",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("spends_minor__gte", 0)), name="representative_spends_no_less_than_nothing"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("accepted_at", None), ("ended_at", None), ("state", "invited"), ("user", None)),
                            models.Q(
                                ("accepted_at__isnull", False),
                                ("ended_at", None),
                                ("state", "acting"),
                                ("user__isnull", False),
                            ),
                            models.Q(("ended_at__isnull", False), ("state", "ended")),
                            _connector="OR",
                        ),
                        name="representative_is_as_their_state_says",
                    ),
                ],
                "ordering": ["-invited_at", "-id"],
            },
        ),
        migrations.CreateModel(
            name="Request",
            fields=[
                ("wanted_most_minor", models.BigIntegerField(null=True)),
                ("wanted_for_young", models.BooleanField(default=False)),
                ("assented_at", models.DateTimeField(null=True)),
                ("id", models.UUIDField(default=config.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                (
                    "policy",
                    models.CharField(
                        choices=[("open", "Open"), ("guided", "Guided"), ("structured", "Structured")], max_length=10
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("submitted", "Sent"),
                            ("in_consultation", "Being talked about"),
                            ("approved_once", "Approved by one adviser of two"),
                            ("approved", "Approved"),
                            ("advised_otherwise", "Advised otherwise"),
                            ("declined", "Declined"),
                            ("appealed", "Appealed"),
                            ("upheld", "Declined after an appeal"),
                            ("withdrawn", "Withdrawn"),
                        ],
                        default="submitted",
                        max_length=17,
                    ),
                ),
                ("approvals", models.PositiveSmallIntegerField(default=0)),
                ("approvals_needed", models.PositiveSmallIntegerField(default=1)),
                ("price_minor", models.BigIntegerField()),
                ("from_purse_minor", models.BigIntegerField()),
                ("own_minor", models.BigIntegerField()),
                ("other_aid_minor", models.BigIntegerField(default=0)),
                ("currency", models.CharField(max_length=3)),
                ("band", models.CharField(blank=True, max_length=40)),
                ("lines", models.JSONField()),
                ("answer_by", models.DateTimeField()),
                ("escalated_at", models.DateTimeField(null=True)),
                ("submitted_at", models.DateTimeField()),
                ("learner_note", models.TextField(blank=True, max_length=2000)),
                ("appeal_reason", models.TextField(blank=True, max_length=2000)),
                (
                    "adviser",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="requests",
                        to="brokerage.adviser",
                    ),
                ),
                (
                    "asked_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="brokerage.representative",
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
                        on_delete=django.db.models.deletion.PROTECT, related_name="requests", to="accounts.learner"
                    ),
                ),
                (
                    "learning_account",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="requests",
                        to="accounts.learningaccount",
                    ),
                ),
                (
                    "rule_version",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="accounts.ruleversion"
                    ),
                ),
                (
                    "run",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="requests", to="providers.courserun"
                    ),
                ),
                (
                    "voucher",
                    models.OneToOneField(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="request",
                        to="vouchers.voucher",
                    ),
                ),
                (
                    "wanted_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="brokerage.representative",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(
                        condition=models.Q(
                            ("state__in", ("submitted", "in_consultation", "approved_once", "appealed"))
                        ),
                        fields=["adviser", "answer_by"],
                        name="request_desk",
                    ),
                    models.Index(fields=["learner", "-submitted_at"], name="request_by_learner"),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("from_purse_minor__gt", 0),
                            ("own_minor__gte", 0),
                            (
                                "price_minor",
                                django.db.models.expressions.CombinedExpression(
                                    models.F("from_purse_minor"), "+", models.F("own_minor")
                                ),
                            ),
                        ),
                        name="request_price_is_the_sum_of_its_shares",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("other_aid_minor__gte", 0), ("other_aid_minor__lte", models.F("price_minor"))
                        ),
                        name="request_other_aid_is_a_part_of_the_price",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "state__in",
                                [
                                    "submitted",
                                    "in_consultation",
                                    "approved_once",
                                    "approved",
                                    "advised_otherwise",
                                    "declined",
                                    "appealed",
                                    "upheld",
                                    "withdrawn",
                                ],
                            )
                        ),
                        name="request_state_is_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("wanted_by", None), ("wanted_for_young", False), ("wanted_most_minor", None)),
                            models.Q(
                                ("wanted_by__isnull", False),
                                ("wanted_most_minor__gte", models.F("price_minor")),
                                ("wanted_most_minor__isnull", False),
                            ),
                            _connector="OR",
                        ),
                        name="representative_buys_within_their_limit",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("wanted_for_young", False),
                            ("voucher", None),
                            ("assented_at__isnull", False),
                            _connector="OR",
                        ),
                        name="a_young_learner_assents_first",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("policy__in", ["open", "guided"]),
                            ("state__in", ["declined", "appealed", "upheld"]),
                            _negated=True,
                        ),
                        name="request_is_declined_under_structured_only",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("policy", "structured"), ("state", "advised_otherwise"), _negated=True),
                        name="request_is_advised_otherwise_without_a_veto_only",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("policy", "structured"), _negated=True),
                            ("voucher", None),
                            ("state", "approved"),
                            _connector="OR",
                        ),
                        name="request_under_structured_buys_when_approved_only",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state", "approved"), _negated=True),
                            ("approvals__gte", models.F("approvals_needed")),
                            _connector="OR",
                        ),
                        name="request_is_approved_by_as_many_as_it_needs",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("approvals_needed", 1),
                            models.Q(("approvals_needed", 2), ("policy", "structured")),
                            _connector="OR",
                        ),
                        name="request_needs_a_second_approval_under_structured_only",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state", "approved_once"), _negated=True),
                            models.Q(("approvals", 1), ("approvals_needed", 2)),
                            _connector="OR",
                        ),
                        name="request_approved_once_needs_another",
                    ),
                ],
                "ordering": ["-submitted_at", "-id"],
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
                "ordering": ["wished_at", "id"],
            },
        ),
        migrations.AddField(
            model_name="decision",
            name="request",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="decisions", to="brokerage.request"
            ),
        ),
        migrations.AddField(
            model_name="consultation",
            name="request",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="consultations",
                to="brokerage.request",
            ),
        ),
        migrations.AddField(
            model_name="callback",
            name="request",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="call_backs",
                to="brokerage.request",
            ),
        ),
        migrations.CreateModel(
            name="RequestedExtra",
            fields=[
                ("id", models.UUIDField(default=config.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                (
                    "earmark",
                    models.CharField(
                        choices=[
                            ("exam", "Exam"),
                            ("travel", "Travel"),
                            ("childcare", "Childcare"),
                            ("equipment", "Equipment"),
                        ],
                        max_length=12,
                    ),
                ),
                ("title", models.CharField(max_length=200)),
                ("price_minor", models.BigIntegerField()),
                ("from_purse_minor", models.BigIntegerField()),
                (
                    "extra",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="providers.runextra"
                    ),
                ),
                (
                    "request",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="extras", to="brokerage.request"
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("from_purse_minor__gte", 0),
                            ("from_purse_minor__lte", models.F("price_minor")),
                            ("price_minor__gt", 0),
                        ),
                        name="requestedextra_is_paid_up_to_its_price",
                    ),
                    models.UniqueConstraint(fields=("request", "extra"), name="one_of_each_extra_a_request"),
                ],
                "ordering": ("id",),
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="Rung",
            fields=[
                ("id", models.UUIDField(default=config.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ("learners", models.PositiveSmallIntegerField()),
                ("price_minor", models.BigIntegerField()),
                (
                    "offer",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="rungs", to="brokerage.groupoffer"
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("offer", "learners"), name="one_rung_a_size"),
                    models.UniqueConstraint(fields=("offer", "price_minor"), name="one_rung_a_price"),
                    models.CheckConstraint(
                        condition=models.Q(("learners__gt", 0), ("price_minor__gt", 0)), name="rung_is_positive"
                    ),
                ],
                "ordering": ["learners"],
            },
        ),
        migrations.CreateModel(
            name="SaidAndDone",
            fields=[
                ("id", models.UUIDField(default=config.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ("said", models.TextField(max_length=1000)),
                ("done", models.TextField(max_length=2000)),
                ("done_on", models.DateField()),
                ("written_at", models.DateTimeField()),
                (
                    "corrects",
                    models.OneToOneField(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="correction",
                        to="brokerage.saidanddone",
                    ),
                ),
                (
                    "course",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="providers.course"
                    ),
                ),
                (
                    "organisation",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="said_and_done",
                        to="brokerage.guidanceorganisation",
                    ),
                ),
                (
                    "proposal",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="said_and_done",
                        to="brokerage.proposal",
                    ),
                ),
                (
                    "scheme",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="said_and_done", to="accounts.scheme"
                    ),
                ),
                (
                    "written_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("said", ""), _negated=True), models.Q(("done", ""), _negated=True)
                        ),
                        name="said_and_done_has_words",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("corrects", models.F("id")), _negated=True),
                        name="said_and_done_corrects_another",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("course", None), ("proposal", None)),
                            models.Q(("organisation", None), ("proposal", None)),
                            models.Q(("course", None), ("organisation", None)),
                            _connector="OR",
                        ),
                        name="said_and_done_is_of_one_thing",
                    ),
                ],
                "ordering": ["-done_on", "-written_at"],
            },
        ),
        migrations.CreateModel(
            name="Saved",
            fields=[
                ("id", models.UUIDField(default=config.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ("saved_at", models.DateTimeField()),
                ("price_minor", models.BigIntegerField(null=True)),
                ("currency", models.CharField(max_length=3)),
                ("starts_on", models.DateField()),
                ("ends_on", models.DateField()),
                (
                    "learner",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="saved", to="accounts.learner"
                    ),
                ),
                (
                    "run",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="providers.courserun"
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("learner", "run"), name="one_saved_a_learner_and_run"),
                    models.CheckConstraint(
                        condition=models.Q(("price_minor", None), ("price_minor__gte", 0), _connector="OR"),
                        name="saved_price_is_one",
                    ),
                ],
                "ordering": ["-saved_at", "-id"],
            },
        ),
        migrations.CreateModel(
            name="SelfRating",
            fields=[
                ("id", models.UUIDField(default=config.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ("rated_on", models.DateField()),
                ("shared", models.BooleanField(default=False)),
                (
                    "what_matters",
                    models.PositiveSmallIntegerField(
                        choices=[(1, "Not yet"), (2, "A little"), (3, "Quite well"), (4, "Well")]
                    ),
                ),
                (
                    "how_i_change",
                    models.PositiveSmallIntegerField(
                        choices=[(1, "Not yet"), (2, "A little"), (3, "Quite well"), (4, "Well")]
                    ),
                ),
                (
                    "what_i_do_well",
                    models.PositiveSmallIntegerField(
                        choices=[(1, "Not yet"), (2, "A little"), (3, "Quite well"), (4, "Well")]
                    ),
                ),
                (
                    "learning_on",
                    models.PositiveSmallIntegerField(
                        choices=[(1, "Not yet"), (2, "A little"), (3, "Quite well"), (4, "Well")]
                    ),
                ),
                (
                    "finding_out",
                    models.PositiveSmallIntegerField(
                        choices=[(1, "Not yet"), (2, "A little"), (3, "Quite well"), (4, "Well")]
                    ),
                ),
                (
                    "planning",
                    models.PositiveSmallIntegerField(
                        choices=[(1, "Not yet"), (2, "A little"), (3, "Quite well"), (4, "Well")]
                    ),
                ),
                (
                    "whom_to_ask",
                    models.PositiveSmallIntegerField(
                        choices=[(1, "Not yet"), (2, "A little"), (3, "Quite well"), (4, "Well")]
                    ),
                ),
                (
                    "keeping_up",
                    models.PositiveSmallIntegerField(
                        choices=[(1, "Not yet"), (2, "A little"), (3, "Quite well"), (4, "Well")]
                    ),
                ),
                (
                    "goal",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="ratings", to="brokerage.goal"
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("goal", "rated_on"), name="one_self_rating_a_day"),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("finding_out__range", (1, 4)),
                            ("how_i_change__range", (1, 4)),
                            ("keeping_up__range", (1, 4)),
                            ("learning_on__range", (1, 4)),
                            ("planning__range", (1, 4)),
                            ("what_i_do_well__range", (1, 4)),
                            ("what_matters__range", (1, 4)),
                            ("whom_to_ask__range", (1, 4)),
                        ),
                        name="self_rating_has_known_levels",
                    ),
                ],
                "ordering": ["rated_on"],
            },
        ),
        migrations.CreateModel(
            name="Share",
            fields=[
                ("id", models.UUIDField(default=config.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ("token_hash", models.CharField(max_length=64, unique=True)),
                ("label", models.CharField(max_length=120)),
                (
                    "parts",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(
                            choices=[
                                ("words", "What you say about yourself"),
                                ("goals", "Your goals and steps"),
                                ("courses", "The courses you have completed"),
                                ("attendance", "How often you came to those courses"),
                                ("skills", "Your skills"),
                                ("pieces", "Your files"),
                            ],
                            max_length=12,
                        ),
                        size=None,
                    ),
                ),
                ("made_at", models.DateTimeField()),
                ("ends_at", models.DateTimeField()),
                ("ended_at", models.DateTimeField(null=True)),
                ("opened", models.PositiveIntegerField(default=0)),
                ("last_opened_at", models.DateTimeField(null=True)),
                (
                    "learner",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="shares", to="accounts.learner"
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("label", ""), _negated=True), name="share_says_for_whom"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("parts__contained_by", ["words", "goals", "courses", "attendance", "skills", "pieces"]),
                            ("parts__len__gt", 0),
                        ),
                        name="share_has_known_parts",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("ends_at__gt", models.F("made_at")),
                            (
                                "ends_at__lte",
                                django.db.models.expressions.CombinedExpression(
                                    models.F("made_at"), "+", models.Value(datetime.timedelta(days=90))
                                ),
                            ),
                        ),
                        name="share_ends_within_90_days",
                    ),
                ],
                "ordering": ["-made_at", "-id"],
            },
        ),
        migrations.CreateModel(
            name="Skill",
            fields=[
                ("id", models.UUIDField(default=config.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ("version", models.PositiveIntegerField(default=1)),
                ("changed_at", models.DateTimeField()),
                ("name", models.CharField(max_length=120)),
                ("shown_by", models.TextField(blank=True, max_length=1000)),
                (
                    "learner",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="skills", to="accounts.learner"
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        models.F("learner"), django.db.models.functions.text.Lower("name"), name="one_skill_a_name"
                    ),
                    models.CheckConstraint(condition=models.Q(("name", ""), _negated=True), name="skill_has_a_name"),
                ],
                "ordering": ["id"],
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
                "constraints": [
                    django.contrib.postgres.constraints.ExclusionConstraint(
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
                    models.CheckConstraint(
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
                    models.CheckConstraint(
                        condition=models.Q(
                            ("channels__contained_by", ["phone", "video", "in_person"]), ("channels__len__gt", 0)
                        ),
                        name="slot_has_channels_that_can_be_booked",
                    ),
                    models.CheckConstraint(
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
                ],
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
            name="Step",
            fields=[
                ("id", models.UUIDField(default=config.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ("version", models.PositiveIntegerField(default=1)),
                ("changed_at", models.DateTimeField()),
                ("title", models.CharField(max_length=160)),
                (
                    "who",
                    models.CharField(
                        choices=[
                            ("learner", "The learner"),
                            ("adviser", "The adviser"),
                            ("provider", "The course provider"),
                        ],
                        default="learner",
                        max_length=8,
                    ),
                ),
                ("by", models.DateField(null=True)),
                ("done_on", models.DateField(null=True)),
                (
                    "goal",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="steps", to="brokerage.goal"
                    ),
                ),
                (
                    "run",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="providers.courserun",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        models.F("goal"), django.db.models.functions.text.Lower("title"), name="one_step_a_title"
                    ),
                    models.CheckConstraint(condition=models.Q(("title", ""), _negated=True), name="step_has_a_title"),
                ],
                "ordering": ["id"],
            },
        ),
        migrations.CreateModel(
            name="Terms",
            fields=[
                ("id", models.UUIDField(default=config.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                (
                    "of",
                    models.CharField(
                        choices=[("asked", "What was asked for"), ("approved", "What was approved")], max_length=8
                    ),
                ),
                ("approvals_needed", models.PositiveSmallIntegerField()),
                ("price_minor", models.BigIntegerField()),
                ("from_purse_minor", models.BigIntegerField()),
                ("own_minor", models.BigIntegerField()),
                ("other_aid_minor", models.BigIntegerField()),
                ("currency", models.CharField(max_length=3)),
                ("band", models.CharField(blank=True, max_length=40)),
                ("lines", models.JSONField()),
                (
                    "decision",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="terms", to="brokerage.decision"
                    ),
                ),
                (
                    "run",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="providers.courserun"
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("decision", "of"), name="a_change_has_one_of_each_terms"),
                    models.CheckConstraint(
                        condition=models.Q(("of__in", ["asked", "approved"])), name="terms_are_asked_or_approved"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("from_purse_minor__gt", 0),
                            ("own_minor__gte", 0),
                            (
                                "price_minor",
                                django.db.models.expressions.CombinedExpression(
                                    models.F("from_purse_minor"), "+", models.F("own_minor")
                                ),
                            ),
                        ),
                        name="terms_price_is_the_sum_of_its_shares",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="TermsExtra",
            fields=[
                ("id", models.UUIDField(default=config.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                (
                    "earmark",
                    models.CharField(
                        choices=[
                            ("exam", "Exam"),
                            ("travel", "Travel"),
                            ("childcare", "Childcare"),
                            ("equipment", "Equipment"),
                        ],
                        max_length=12,
                    ),
                ),
                ("title", models.CharField(max_length=200)),
                ("price_minor", models.BigIntegerField()),
                ("from_purse_minor", models.BigIntegerField()),
                (
                    "extra",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="providers.runextra"
                    ),
                ),
                (
                    "terms",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="extras", to="brokerage.terms"
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("from_purse_minor__gte", 0),
                            ("from_purse_minor__lte", models.F("price_minor")),
                            ("price_minor__gt", 0),
                        ),
                        name="termsextra_is_paid_up_to_its_price",
                    ),
                    models.UniqueConstraint(fields=("terms", "extra"), name="one_of_each_extra_the_terms"),
                ],
                "ordering": ("id",),
                "abstract": False,
            },
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
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("tier__in", ["self_service", "assisted", "intensive"])),
                        name="tier_is_known",
                    )
                ],
                "ordering": ["-chosen_at", "-id"],
            },
        ),
        migrations.CreateModel(
            name="Trial",
            fields=[
                ("id", models.UUIDField(default=config.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ("code", models.CharField(max_length=40)),
                ("seed", models.BinaryField(max_length=32)),
                ("begun_at", models.DateTimeField()),
                (
                    "rule_version",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="accounts.ruleversion"
                    ),
                ),
                (
                    "scheme",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="trials", to="accounts.scheme"
                    ),
                ),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("scheme", "code"), name="one_trial_a_scheme_and_code")],
            },
        ),
        migrations.CreateModel(
            name="Stratum",
            fields=[
                ("id", models.UUIDField(default=config.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ("code", models.CharField(max_length=80)),
                ("assigned", models.PositiveIntegerField(default=0)),
                (
                    "trial",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="strata", to="brokerage.trial"
                    ),
                ),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("trial", "code"), name="one_stratum_a_trial_and_code")],
            },
        ),
        migrations.CreateModel(
            name="TrialAssignment",
            fields=[
                ("id", models.UUIDField(default=config.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ("stratum", models.CharField(max_length=80)),
                ("position", models.PositiveIntegerField()),
                ("arm", models.CharField(max_length=40)),
                ("assigned_at", models.DateTimeField()),
                (
                    "learning_account",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="trial_assignments",
                        to="accounts.learningaccount",
                    ),
                ),
                (
                    "rule_version",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="accounts.ruleversion"
                    ),
                ),
                (
                    "trial",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="assignments", to="brokerage.trial"
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("trial", "learning_account"), name="one_arm_a_trial_and_account"),
                    models.UniqueConstraint(fields=("trial", "stratum", "position"), name="one_learner_a_position"),
                ],
            },
        ),
        migrations.CreateModel(
            name="Vote",
            fields=[
                ("id", models.UUIDField(default=config.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                (
                    "choice",
                    models.CharField(
                        choices=[("for", "For it"), ("against", "Against it"), ("either", "I do not mind")],
                        max_length=7,
                    ),
                ),
                ("cast_at", models.DateTimeField()),
                (
                    "learner",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="votes", to="accounts.learner"
                    ),
                ),
                (
                    "proposal",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="votes", to="brokerage.proposal"
                    ),
                ),
                (
                    "through",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="brokerage.adviser"
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("proposal", "learner"), name="one_vote_a_person_and_proposal"),
                    models.CheckConstraint(
                        condition=models.Q(("choice__in", ["for", "against", "either"])), name="vote_is_one_of_three"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Wish",
            fields=[
                ("id", models.UUIDField(default=config.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ("words", models.CharField(blank=True, max_length=200)),
                ("category", models.CharField(max_length=4)),
                ("town", models.CharField(blank=True, max_length=100)),
                (
                    "mode",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("classroom", "In a classroom"),
                            ("online", "Online"),
                            ("blended", "Partly online"),
                            ("distance", "At a distance"),
                            ("workplace", "At work"),
                        ],
                        max_length=20,
                    ),
                ),
                (
                    "pattern",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("daytime", "Daytime"),
                            ("evening", "Evenings"),
                            ("weekend", "Weekends"),
                            ("day_release", "Day release"),
                            ("block", "In blocks"),
                            ("flexible", "Flexible"),
                        ],
                        max_length=20,
                    ),
                ),
                ("made_at", models.DateTimeField()),
                ("ended_at", models.DateTimeField(null=True)),
                (
                    "learner",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="wishes", to="accounts.learner"
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(
                        condition=models.Q(("ended_at", None)), fields=["category", "town"], name="wish_demand"
                    )
                ],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("ended_at", None)),
                        fields=("learner", "category", "town"),
                        name="one_open_wish_a_learner_subject_and_town",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("category__regex", "^[0-9]{4}$")), name="wish_category_is_a_detailed_field"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("ended_at", None), ("ended_at__gte", models.F("made_at")), _connector="OR"),
                        name="wish_ends_after_it_began",
                    ),
                ],
                "ordering": ["-made_at", "-id"],
            },
        ),
        migrations.CreateModel(
            name="Words",
            fields=[
                ("id", models.UUIDField(default=config.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ("version", models.PositiveIntegerField(default=1)),
                ("changed_at", models.DateTimeField()),
                ("text", models.TextField(blank=True, max_length=4000)),
                (
                    "learner",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT, related_name="words", to="accounts.learner"
                    ),
                ),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="AdviserChange",
            fields=[
                ("id", models.UUIDField(default=config.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ("chosen", models.BooleanField()),
                ("changed_at", models.DateTimeField()),
                (
                    "adviser",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="brokerage.adviser"
                    ),
                ),
                (
                    "former",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="brokerage.adviser"
                    ),
                ),
                (
                    "learner",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="adviser_changes",
                        to="accounts.learner",
                    ),
                ),
            ],
            options={
                "ordering": ["-changed_at", "-id"],
                "indexes": [models.Index(fields=["learner", "-changed_at"], name="adviser_changes_of_learner")],
            },
        ),
        migrations.CreateModel(
            name="Advocacy",
            fields=[
                ("id", models.UUIDField(default=config.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                (
                    "wanted",
                    models.CharField(
                        choices=[("place", "A place"), ("adjustment", "An adjustment"), ("price", "A lower price")],
                        max_length=10,
                    ),
                ),
                ("words", models.TextField(max_length=2000)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("proposed", "Waits for the learner’s yes"),
                            ("sent", "Sent to the provider"),
                            ("agreed", "The provider says yes"),
                            ("refused", "The provider says no"),
                            ("ended", "Called off"),
                        ],
                        default="proposed",
                        max_length=8,
                    ),
                ),
                ("reference", models.CharField(max_length=12, unique=True)),
                ("named", models.BooleanField(default=False)),
                ("proposed_at", models.DateTimeField()),
                ("consented_at", models.DateTimeField(null=True)),
                ("answer_by", models.DateTimeField(null=True)),
                ("answered_at", models.DateTimeField(null=True)),
                ("answer", models.TextField(blank=True, max_length=2000)),
                (
                    "adviser",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="advocacy", to="brokerage.adviser"
                    ),
                ),
                (
                    "learner",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="advocacy", to="accounts.learner"
                    ),
                ),
                (
                    "run",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="advocacy", to="providers.courserun"
                    ),
                ),
            ],
            options={
                "ordering": ["-proposed_at", "-id"],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("state__in", ("proposed", "sent"))),
                        fields=("learner", "run", "wanted"),
                        name="one_open_advocacy_a_wish",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state__in", ("sent", "agreed", "refused")), _negated=True),
                            models.Q(("answer_by__isnull", False), ("consented_at__isnull", False)),
                            _connector="OR",
                        ),
                        name="advocacy_goes_out_with_the_learners_yes",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("answered_at__isnull", False), ("state__in", ["agreed", "refused"])),
                            models.Q(
                                models.Q(("state__in", ["agreed", "refused"]), _negated=True), ("answered_at", None)
                            ),
                            _connector="OR",
                        ),
                        name="advocacy_answer_has_its_time",
                    ),
                ],
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
        migrations.AddField(
            model_name="markwithdrawal",
            name="withdrawn_by",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddField(
            model_name="proposaloutcome",
            name="answered_by",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddField(
            model_name="proposaloutcome",
            name="rule_proposal",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="voice_outcomes",
                to="accounts.ruleproposal",
            ),
        ),
        migrations.AddConstraint(
            model_name="decision",
            constraint=models.UniqueConstraint(
                fields=("request", "adviser"), name="one_decision_an_adviser_and_request"
            ),
        ),
        migrations.AddConstraint(
            model_name="booking",
            constraint=models.UniqueConstraint(
                condition=models.Q(("state", "cancelled"), _negated=True),
                fields=("slot",),
                name="one_live_booking_a_slot",
            ),
        ),
        migrations.RunSQL((SQL / "walls.sql").read_text(), (SQL / "walls_undone.sql").read_text()),
    ]
