"""Learners propose how their scheme works, vote on it, and read what came of it."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import config.ids

# A scheme's answer and what it says it did stay as they were written.
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
STANDING = ("brokerage_proposaloutcome", "brokerage_saidanddone")


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0006_proofs_and_representatives"),
        ("brokerage", "0010_pooled_demand"),
        ("providers", "0009_search"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
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
                "ordering": ["-written_at", "-id"],
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
                "ordering": ["written_at", "id"],
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
                "ordering": ["-done_on", "-written_at"],
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
                (
                    "answered_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "rule_proposal",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="voice_outcomes",
                        to="accounts.ruleproposal",
                    ),
                ),
            ],
        ),
        migrations.AddIndex(
            model_name="proposal",
            index=models.Index(fields=["scheme", "closes_on"], name="proposal_by_scheme"),
        ),
        migrations.AddConstraint(
            model_name="proposal",
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
                name="proposal_is_shown_once_looked_at",
            ),
        ),
        migrations.AddConstraint(
            model_name="proposal",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("closes_on__isnull", False), ("state", "shown")),
                    models.Q(models.Q(("state", "shown"), _negated=True), ("closes_on", None)),
                    _connector="OR",
                ),
                name="shown_proposal_has_an_end",
            ),
        ),
        migrations.AddConstraint(
            model_name="proposal",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("title", ""), _negated=True),
                    models.Q(("what", ""), _negated=True),
                    models.Q(("why", ""), _negated=True),
                ),
                name="proposal_has_words",
            ),
        ),
        migrations.AddConstraint(
            model_name="proposal",
            constraint=models.CheckConstraint(
                condition=models.Q(("state", "shown"), ("learner__isnull", False), _connector="OR"),
                name="unshown_proposal_is_somebody_s",
            ),
        ),
        migrations.AddConstraint(
            model_name="comment",
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
                name="comment_is_shown_once_looked_at",
            ),
        ),
        migrations.AddConstraint(
            model_name="comment",
            constraint=models.CheckConstraint(
                condition=models.Q(("words", ""), _negated=True), name="comment_has_words"
            ),
        ),
        migrations.AddConstraint(
            model_name="comment",
            constraint=models.CheckConstraint(
                condition=models.Q(("state", "shown"), ("learner__isnull", False), _connector="OR"),
                name="unshown_comment_is_somebody_s",
            ),
        ),
        migrations.AddConstraint(
            model_name="saidanddone",
            constraint=models.CheckConstraint(
                condition=models.Q(models.Q(("said", ""), _negated=True), models.Q(("done", ""), _negated=True)),
                name="said_and_done_has_words",
            ),
        ),
        migrations.AddConstraint(
            model_name="saidanddone",
            constraint=models.CheckConstraint(
                condition=models.Q(("corrects", models.F("id")), _negated=True), name="said_and_done_corrects_another"
            ),
        ),
        migrations.AddConstraint(
            model_name="saidanddone",
            constraint=models.CheckConstraint(
                condition=models.Q(("proposal", None), ("course", None), _connector="OR"),
                name="said_and_done_is_of_one_thing",
            ),
        ),
        migrations.AddConstraint(
            model_name="vote",
            constraint=models.UniqueConstraint(fields=("proposal", "learner"), name="one_vote_a_person_and_proposal"),
        ),
        migrations.AddConstraint(
            model_name="vote",
            constraint=models.CheckConstraint(
                condition=models.Q(("choice__in", ["for", "against", "either"])), name="vote_is_one_of_three"
            ),
        ),
        migrations.AddConstraint(
            model_name="proposaloutcome",
            constraint=models.CheckConstraint(
                condition=models.Q(("reason", ""), _negated=True), name="outcome_has_a_reason"
            ),
        ),
        migrations.AddConstraint(
            model_name="proposaloutcome",
            constraint=models.CheckConstraint(
                condition=models.Q(("answer__in", ["yes", "partly", "no"])), name="outcome_is_one_of_three"
            ),
        ),
        *[migrations.RunSQL(NEVER_EDITED.format(table=table), EDITED.format(table=table)) for table in STANDING],
    ]
