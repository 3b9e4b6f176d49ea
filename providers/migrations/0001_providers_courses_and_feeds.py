"""The tables of providers and what they offer."""

from pathlib import Path

import django.contrib.postgres.constraints
import django.contrib.postgres.fields
import django.contrib.postgres.fields.ranges
import django.contrib.postgres.indexes
import django.contrib.postgres.search
import django.db.models.deletion
import django.db.models.functions.text
from django.conf import settings
from django.contrib.postgres.operations import BtreeGistExtension, TrigramExtension
from django.db import migrations, models

import config.ids
import providers.models.accreditations

SQL = Path(__file__).resolve().parent.parent / "sql"


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        BtreeGistExtension(),
        TrigramExtension(),
        migrations.CreateModel(
            name="Course",
            fields=[
                ("id", models.UUIDField(default=config.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ("identifier", models.CharField(max_length=200, verbose_name="identifier")),
                ("title", models.CharField(max_length=500, verbose_name="title")),
                ("summary", models.TextField(blank=True, verbose_name="summary")),
                ("description", models.TextField(blank=True, verbose_name="description")),
                ("keywords", models.TextField(blank=True, verbose_name="keywords")),
                ("level", models.SmallIntegerField(blank=True, null=True, verbose_name="level")),
                ("qualification", models.CharField(blank=True, max_length=300, verbose_name="qualification")),
                ("category", models.CharField(blank=True, max_length=4, verbose_name="category")),
                (
                    "price_ceiling_minor",
                    models.BigIntegerField(blank=True, editable=False, null=True, verbose_name="highest price"),
                ),
                ("price_ceiling_currency", models.CharField(blank=True, editable=False, max_length=3)),
                ("url", models.CharField(blank=True, max_length=1000, verbose_name="web address")),
                ("content_hash", models.CharField(blank=True, editable=False, max_length=64)),
                ("published_at", models.DateTimeField(verbose_name="published at")),
                ("withdrawn_at", models.DateTimeField(blank=True, null=True, verbose_name="withdrawn at")),
                (
                    "search",
                    models.GeneratedField(
                        db_persist=True,
                        expression=django.contrib.postgres.search.CombinedSearchVector(
                            django.contrib.postgres.search.CombinedSearchVector(
                                django.contrib.postgres.search.CombinedSearchVector(
                                    django.contrib.postgres.search.CombinedSearchVector(
                                        django.contrib.postgres.search.CombinedSearchVector(
                                            django.contrib.postgres.search.CombinedSearchVector(
                                                django.contrib.postgres.search.SearchVector(
                                                    "title", config="english", weight="A"
                                                ),
                                                "||",
                                                django.contrib.postgres.search.SearchVector(
                                                    "title", config="simple", weight="A"
                                                ),
                                                django.contrib.postgres.search.SearchConfig("english"),
                                            ),
                                            "||",
                                            django.contrib.postgres.search.SearchVector(
                                                "qualification", config="english", weight="B"
                                            ),
                                            django.contrib.postgres.search.SearchConfig("english"),
                                        ),
                                        "||",
                                        django.contrib.postgres.search.SearchVector(
                                            "keywords", config="english", weight="B"
                                        ),
                                        django.contrib.postgres.search.SearchConfig("english"),
                                    ),
                                    "||",
                                    django.contrib.postgres.search.SearchVector(
                                        "keywords", config="simple", weight="B"
                                    ),
                                    django.contrib.postgres.search.SearchConfig("english"),
                                ),
                                "||",
                                django.contrib.postgres.search.SearchVector("summary", config="english", weight="C"),
                                django.contrib.postgres.search.SearchConfig("english"),
                            ),
                            "||",
                            django.contrib.postgres.search.SearchVector("description", config="english", weight="D"),
                            django.contrib.postgres.search.SearchConfig("english"),
                        ),
                        output_field=django.contrib.postgres.search.SearchVectorField(),
                    ),
                ),
            ],
            options={
                "indexes": [
                    django.contrib.postgres.indexes.GinIndex(fields=["search"], name="course_search"),
                    django.contrib.postgres.indexes.GinIndex(
                        django.contrib.postgres.search.CombinedSearchVector(
                            django.contrib.postgres.search.SearchVector("title", config="english"),
                            "||",
                            django.contrib.postgres.search.SearchVector("title", config="simple"),
                            django.contrib.postgres.search.SearchConfig("english"),
                        ),
                        name="course_title",
                    ),
                    models.Index(
                        condition=models.Q(("withdrawn_at", None)), fields=["category"], name="course_category"
                    ),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("identifier", ""), _negated=True), models.Q(("title", ""), _negated=True)
                        ),
                        name="course_has_identifier_and_title",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("level", None), models.Q(("level__gte", 0), ("level__lte", 8)), _connector="OR"
                        ),
                        name="course_level_is_0_to_8",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("category", ""), ("category__regex", "^[0-9]{4}$"), _connector="OR"),
                        name="course_category_is_a_detailed_field",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("url", ""), ("url__iregex", "^https?://[^[:space:]]+$"), _connector="OR"),
                        name="course_url_is_a_web_address",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("price_ceiling_currency", ""), ("price_ceiling_minor", None)),
                            models.Q(("price_ceiling_currency", ""), ("price_ceiling_minor", 0)),
                            models.Q(("price_ceiling_currency__regex", "^[A-Z]{3}$"), ("price_ceiling_minor__gt", 0)),
                            _connector="OR",
                        ),
                        name="course_price_ceiling_has_a_currency",
                    ),
                ],
                "verbose_name": "course",
                "verbose_name_plural": "courses",
                "ordering": ("title", "id"),
            },
        ),
        migrations.CreateModel(
            name="FeedImport",
            fields=[
                ("id", models.UUIDField(default=config.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                (
                    "format",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("xcri_cap", "XCRI-CAP 1.2"),
                            ("lheo", "LHEO 2"),
                            ("schema_org", "schema.org JSON-LD"),
                            ("csv", "CSV"),
                        ],
                        help_text="Where it is empty, the format is found out when the feed is imported.",
                        max_length=20,
                        verbose_name="format",
                    ),
                ),
                (
                    "whole",
                    models.BooleanField(
                        default=False,
                        help_text="One refused line, and nothing of the feed is taken.",
                        verbose_name="whole or not at all",
                    ),
                ),
                ("source_name", models.CharField(max_length=300, verbose_name="source")),
                ("shift_years", models.SmallIntegerField(default=0, verbose_name="dates moved by years")),
                ("sha256", models.CharField(blank=True, max_length=64, verbose_name="fingerprint")),
                ("asked_by", models.CharField(max_length=80, verbose_name="asked by")),
                ("acting_for", models.CharField(blank=True, max_length=80, verbose_name="acting for")),
                ("on_behalf_of", models.CharField(blank=True, max_length=80, verbose_name="on behalf of")),
                (
                    "state",
                    models.CharField(
                        choices=[("received", "Received"), ("imported", "Imported"), ("refused", "Refused")],
                        default="received",
                        max_length=20,
                        verbose_name="state",
                    ),
                ),
                ("started_at", models.DateTimeField(verbose_name="started at")),
                ("finished_at", models.DateTimeField(blank=True, null=True, verbose_name="finished at")),
                ("created", models.IntegerField(default=0, verbose_name="created")),
                ("changed", models.IntegerField(default=0, verbose_name="changed")),
                ("unchanged", models.IntegerField(default=0, verbose_name="unchanged")),
                ("withdrawn", models.IntegerField(default=0, verbose_name="withdrawn")),
                ("refused", models.IntegerField(default=0, verbose_name="refused")),
                ("refusal_code", models.CharField(blank=True, max_length=80, verbose_name="why it was refused")),
                ("refusal", models.TextField(blank=True, verbose_name="why it was refused, in words")),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("state__in", ["received", "imported", "refused"])),
                        name="import_state_is_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("format__in", ["", "xcri_cap", "lheo", "schema_org", "csv"])),
                        name="import_format_is_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("finished_at", None), ("state", "received")),
                            models.Q(("finished_at__isnull", False), ("state__in", ["imported", "refused"])),
                            _connector="OR",
                        ),
                        name="import_is_finished_when_it_says_so",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state", "refused"), models.Q(("refusal_code", ""), _negated=True)),
                            models.Q(models.Q(("state", "refused"), _negated=True), ("refusal_code", "")),
                            _connector="OR",
                        ),
                        name="import_says_why_it_was_refused",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("changed__gte", 0),
                            ("created__gte", 0),
                            ("refused__gte", 0),
                            ("unchanged__gte", 0),
                            ("withdrawn__gte", 0),
                        ),
                        name="import_counts_are_not_negative",
                    ),
                ],
                "verbose_name": "feed import",
                "verbose_name_plural": "feed imports",
                "ordering": ("-started_at", "-id"),
            },
        ),
        migrations.CreateModel(
            name="CourseRun",
            fields=[
                ("id", models.UUIDField(default=config.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ("identifier", models.CharField(max_length=200, verbose_name="identifier")),
                ("starts_on", models.DateField(verbose_name="starts on")),
                ("ends_on", models.DateField(verbose_name="ends on")),
                (
                    "mode",
                    models.CharField(
                        choices=[
                            ("classroom", "In a classroom"),
                            ("online", "Online"),
                            ("blended", "Partly online"),
                            ("distance", "At a distance"),
                            ("workplace", "At work"),
                        ],
                        default="classroom",
                        max_length=20,
                        verbose_name="mode",
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
                        verbose_name="pattern",
                    ),
                ),
                ("attendance_text", models.CharField(blank=True, max_length=500, verbose_name="attendance")),
                (
                    "pricing",
                    models.CharField(
                        choices=[
                            ("priced", "Has a price"),
                            ("free", "Free, no voucher needed"),
                            ("on_request", "Price on request"),
                        ],
                        max_length=20,
                        verbose_name="pricing",
                    ),
                ),
                ("price_minor", models.BigIntegerField(blank=True, null=True, verbose_name="price")),
                ("currency", models.CharField(default="GBP", max_length=3, verbose_name="currency")),
                ("price_note", models.TextField(blank=True, verbose_name="note on the price")),
                ("places", models.IntegerField(blank=True, null=True, verbose_name="places")),
                ("hours", models.PositiveIntegerField(blank=True, null=True, verbose_name="taught hours")),
                (
                    "apply_until",
                    models.DateField(
                        blank=True,
                        help_text="The last day on which a learner can still join.",
                        null=True,
                        verbose_name="apply until",
                    ),
                ),
                (
                    "dates_in_doubt",
                    models.BooleanField(
                        default=False,
                        help_text="The provider's dates contradict each other. It is neither shown nor sold until they are put right.",
                        verbose_name="dates in doubt",
                    ),
                ),
                ("content_hash", models.CharField(blank=True, editable=False, max_length=64)),
                ("published_at", models.DateTimeField(verbose_name="published at")),
                ("withdrawn_at", models.DateTimeField(blank=True, null=True, verbose_name="withdrawn at")),
                (
                    "course",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="runs",
                        to="providers.course",
                        verbose_name="course",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(condition=models.Q(("withdrawn_at", None)), fields=["starts_on"], name="run_start"),
                    models.Index(
                        condition=models.Q(("pricing", "priced"), ("withdrawn_at", None)),
                        fields=["price_minor"],
                        name="run_price",
                    ),
                ],
                "constraints": [
                    models.UniqueConstraint(fields=("course", "identifier"), name="one_run_an_identifier"),
                    models.CheckConstraint(
                        condition=models.Q(("identifier", ""), _negated=True), name="run_has_an_identifier"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("dates_in_doubt", True),
                            models.Q(
                                ("ends_on__gte", models.F("starts_on")),
                                models.Q(
                                    ("apply_until", None), ("apply_until__lte", models.F("ends_on")), _connector="OR"
                                ),
                            ),
                            _connector="OR",
                        ),
                        name="run_dates_are_in_order_or_in_doubt",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("price_minor__gt", 0), ("price_minor__isnull", False), ("pricing", "priced")),
                            models.Q(("price_minor", 0), ("price_minor__isnull", False), ("pricing", "free")),
                            models.Q(("price_minor", None), ("pricing", "on_request")),
                            _connector="OR",
                        ),
                        name="run_price_fits_its_pricing",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("currency__regex", "^[A-Z]{3}$")), name="run_currency_is_iso_4217"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("places", None), ("places__gte", 0), _connector="OR"),
                        name="run_places_are_not_negative",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("mode__in", ["classroom", "online", "blended", "distance", "workplace"])),
                        name="run_mode_is_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("pattern__in", ["", "daytime", "evening", "weekend", "day_release", "block", "flexible"])
                        ),
                        name="run_pattern_is_known",
                    ),
                ],
                "verbose_name": "course run",
                "verbose_name_plural": "course runs",
                "ordering": ("starts_on", "id"),
            },
        ),
        migrations.CreateModel(
            name="FeedBody",
            fields=[
                (
                    "feed_import",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="body",
                        serialize=False,
                        to="providers.feedimport",
                    ),
                ),
                ("content", models.BinaryField()),
            ],
            options={
                "verbose_name": "feed body",
                "verbose_name_plural": "feed bodies",
            },
        ),
        migrations.CreateModel(
            name="Provider",
            fields=[
                ("id", models.UUIDField(default=config.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ("name", models.CharField(max_length=300, verbose_name="name")),
                (
                    "ukprn",
                    models.CharField(
                        blank=True,
                        help_text="UK provider reference number: eight digits, the first a 1.",
                        max_length=8,
                        verbose_name="UKPRN",
                    ),
                ),
                (
                    "siret",
                    models.CharField(
                        blank=True,
                        help_text="The number of a French establishment: fourteen digits.",
                        max_length=14,
                        verbose_name="SIRET",
                    ),
                ),
                (
                    "vat",
                    models.CharField(
                        blank=True,
                        help_text="With the two letters of its country, such as GB.",
                        max_length=15,
                        verbose_name="VAT number",
                    ),
                ),
                (
                    "identifier",
                    models.CharField(
                        blank=True,
                        help_text="What the provider's own feed calls it.",
                        max_length=200,
                        verbose_name="identifier",
                    ),
                ),
                ("website", models.CharField(blank=True, max_length=1000, verbose_name="website")),
                ("contact_name", models.CharField(blank=True, max_length=200, verbose_name="whom to ask for")),
                ("contact_email", models.CharField(blank=True, max_length=254, verbose_name="e-mail")),
                ("contact_telephone", models.CharField(blank=True, max_length=40, verbose_name="telephone")),
                ("street", models.CharField(blank=True, max_length=300, verbose_name="street")),
                ("town", models.CharField(blank=True, max_length=100, verbose_name="town")),
                ("postcode", models.CharField(blank=True, max_length=20, verbose_name="postcode")),
                (
                    "country",
                    models.CharField(
                        blank=True, help_text="Two letters, such as GB or FR.", max_length=2, verbose_name="country"
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("applied", "Applied"),
                            ("active", "Active"),
                            ("no_new_starts", "No new starts"),
                            ("suspended", "Suspended"),
                            ("removed", "Removed"),
                        ],
                        default="applied",
                        max_length=20,
                        verbose_name="state",
                    ),
                ),
                (
                    "new_until",
                    models.DateField(
                        blank=True,
                        help_text="Up to and including this day the provider counts as new.",
                        null=True,
                        verbose_name="new until",
                    ),
                ),
                ("registered_at", models.DateTimeField(verbose_name="registered at")),
            ],
            options={
                "verbose_name": "provider",
                "verbose_name_plural": "providers",
                "ordering": ("name", "id"),
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("ukprn", ""), _negated=True), fields=("ukprn",), name="one_provider_a_ukprn"
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("siret", ""), _negated=True), fields=("siret",), name="one_provider_a_siret"
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("vat", ""), _negated=True),
                        fields=("vat",),
                        name="one_provider_a_vat_number",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("identifier", ""), _negated=True),
                        fields=("identifier",),
                        name="one_provider_an_identifier",
                    ),
                    models.CheckConstraint(condition=models.Q(("name", ""), _negated=True), name="provider_has_a_name"),
                    models.CheckConstraint(
                        condition=models.Q(("ukprn", ""), ("ukprn__regex", "^1[0-9]{7}$"), _connector="OR"),
                        name="provider_ukprn_is_one",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("siret", ""), ("siret__regex", "^[0-9]{14}$"), _connector="OR"),
                        name="provider_siret_is_one",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("vat", ""), ("vat__regex", "^[A-Z]{2}[0-9A-Z+*]{2,13}$"), _connector="OR"),
                        name="provider_vat_number_is_one",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("contact_email", ""),
                            ("contact_email__regex", "^[^[:space:]@]+@[^[:space:]@]+$"),
                            _connector="OR",
                        ),
                        name="provider_e_mail_is_an_address",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("country", ""), ("country__regex", "^[A-Z]{2}$"), _connector="OR"),
                        name="provider_country_is_a_code",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("website", ""), ("website__iregex", "^https?://[^[:space:]]+$"), _connector="OR"
                        ),
                        name="provider_website_is_a_web_address",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("state__in", ["applied", "active", "no_new_starts", "suspended", "removed"])
                        ),
                        name="provider_state_is_known",
                    ),
                ],
            },
        ),
        migrations.AddField(
            model_name="feedimport",
            name="provider",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="feed_imports",
                to="providers.provider",
            ),
        ),
        migrations.AddField(
            model_name="course",
            name="provider",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="courses",
                to="providers.provider",
                verbose_name="provider",
            ),
        ),
        migrations.CreateModel(
            name="CatalogueEntry",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("listed_from", models.DateField()),
                ("listed_until", models.DateField()),
                ("level", models.SmallIntegerField(null=True)),
                ("category", models.CharField(blank=True, max_length=4)),
                ("mode", models.CharField(max_length=20)),
                ("pattern", models.CharField(blank=True, max_length=20)),
                ("town", models.CharField(blank=True, max_length=100)),
                ("starts_on", models.DateField()),
                ("pricing", models.CharField(max_length=20)),
                ("price_minor", models.BigIntegerField(null=True)),
                ("currency", models.CharField(max_length=3)),
                ("hours", models.PositiveIntegerField(null=True)),
                ("latitude", models.FloatField(null=True)),
                ("longitude", models.FloatField(null=True)),
                (
                    "course",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="providers.course",
                    ),
                ),
                (
                    "run",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to="providers.courserun"
                    ),
                ),
                (
                    "provider",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="providers.provider",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(models.F("starts_on"), name="entry_start"),
                    models.Index(
                        django.db.models.functions.text.Lower("town"), models.F("starts_on"), name="entry_town"
                    ),
                    models.Index(models.F("latitude"), models.F("longitude"), name="entry_position"),
                ],
                "constraints": [
                    models.UniqueConstraint(fields=("run", "listed_from"), name="one_entry_a_run_and_span"),
                    models.CheckConstraint(
                        condition=models.Q(("listed_until__gte", models.F("listed_from"))),
                        name="entry_days_are_in_order",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="BankAccount",
            fields=[
                ("id", models.UUIDField(default=config.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ("holder", models.CharField(max_length=140, verbose_name="account holder")),
                ("iban", models.CharField(max_length=34, verbose_name="IBAN")),
                ("bic", models.CharField(blank=True, max_length=11, verbose_name="BIC")),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("proposed", "Waits for a second person"),
                            ("in_force", "In force"),
                            ("replaced", "Replaced"),
                            ("declined", "Declined"),
                            ("withdrawn", "Taken back"),
                        ],
                        default="proposed",
                        max_length=10,
                        verbose_name="state",
                    ),
                ),
                ("proposed_at", models.DateTimeField(verbose_name="proposed at")),
                ("decided_at", models.DateTimeField(null=True, verbose_name="decided at")),
                ("replaced_at", models.DateTimeField(null=True, verbose_name="replaced at")),
                (
                    "decided_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="decided by",
                    ),
                ),
                (
                    "proposed_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="proposed by",
                    ),
                ),
                (
                    "provider",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="bank_accounts",
                        to="providers.provider",
                        verbose_name="provider",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("state", "in_force")),
                        fields=("provider",),
                        name="one_bank_account_in_force_a_provider",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("state", "proposed")),
                        fields=("provider",),
                        name="one_bank_account_proposed_a_provider",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("state", "in_force")), fields=("iban",), name="one_provider_a_bank_account"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("decided_at", None), ("decided_by", None), ("state", "proposed")),
                            models.Q(
                                ("decided_at__isnull", False),
                                ("decided_by", models.F("proposed_by")),
                                ("decided_by__isnull", False),
                                ("state", "withdrawn"),
                            ),
                            models.Q(
                                ("decided_at__isnull", False),
                                ("state__in", ["in_force", "replaced", "declined"]),
                                ("decided_by__isnull", False),
                                models.Q(("decided_by", models.F("proposed_by")), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="bank_account_is_decided_by_a_second_person",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("replaced_at__isnull", False), ("state", "replaced")),
                            models.Q(models.Q(("state", "replaced"), _negated=True), ("replaced_at__isnull", True)),
                            _connector="OR",
                        ),
                        name="bank_account_replaced_has_its_time",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("holder", ""), _negated=True), name="bank_account_has_a_holder"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("iban__regex", "^[A-Z]{2}[0-9]{2}[A-Z0-9]{11,30}$")),
                        name="bank_account_iban_is_one",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("bic", ""), ("bic__regex", "^[A-Z]{6}[A-Z0-9]{2}([A-Z0-9]{3})?$"), _connector="OR"
                        ),
                        name="bank_account_bic_is_one",
                    ),
                ],
                "verbose_name": "bank account",
                "verbose_name_plural": "bank accounts",
                "ordering": ("-proposed_at", "-id"),
            },
        ),
        migrations.CreateModel(
            name="Accreditation",
            fields=[
                ("id", models.UUIDField(default=config.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ("issuer", models.CharField(max_length=200, verbose_name="issuer")),
                ("scope", models.CharField(blank=True, max_length=200, verbose_name="scope")),
                ("reference", models.CharField(blank=True, max_length=200, verbose_name="reference")),
                ("valid_from", models.DateField(verbose_name="valid from")),
                (
                    "valid_until",
                    models.DateField(
                        blank=True, help_text="The last day on which it holds.", null=True, verbose_name="valid until"
                    ),
                ),
                ("recorded_at", models.DateTimeField(verbose_name="recorded at")),
                ("ended_at", models.DateTimeField(blank=True, null=True, verbose_name="ended at")),
                (
                    "end_reason",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("issuer", "The issuer took it back"),
                            ("quality", "What is taught is not what was accredited"),
                            ("replaced", "Another one takes its place"),
                            ("mistake", "It was recorded by mistake"),
                            ("declined", "The course was declined"),
                        ],
                        max_length=12,
                        verbose_name="why it ended",
                    ),
                ),
                ("withdrawn", models.BooleanField(default=False, verbose_name="withdrawn")),
                (
                    "ended_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "recorded_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "course",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="accreditations",
                        to="providers.course",
                    ),
                ),
                (
                    "provider",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="accreditations",
                        to="providers.provider",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("course__isnull", False), ("provider", None)),
                            models.Q(("course", None), ("provider__isnull", False)),
                            _connector="OR",
                        ),
                        name="accreditation_is_of_a_provider_or_a_course",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("issuer", ""), _negated=True), name="accreditation_has_an_issuer"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("valid_until", None), ("valid_until__gte", models.F("valid_from")), _connector="OR"
                        ),
                        name="accreditation_dates_are_in_order",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("end_reason", ""), ("ended_at", None), ("withdrawn", False)),
                            models.Q(
                                ("end_reason__in", ["issuer", "quality", "replaced", "mistake", "declined"]),
                                ("ended_at__isnull", False),
                            ),
                            _connector="OR",
                        ),
                        name="accreditation_ends_for_a_reason",
                    ),
                    django.contrib.postgres.constraints.ExclusionConstraint(
                        condition=models.Q(("provider__isnull", False), ("withdrawn", False)),
                        expressions=[
                            ("provider", "="),
                            ("issuer", "="),
                            ("scope", "="),
                            (
                                providers.models.accreditations.Days(
                                    models.F("valid_from"),
                                    models.F("valid_until"),
                                    django.contrib.postgres.fields.ranges.RangeBoundary(
                                        inclusive_lower=True, inclusive_upper=True
                                    ),
                                ),
                                "&&",
                            ),
                        ],
                        name="one_accreditation_of_a_provider_at_a_time",
                    ),
                    django.contrib.postgres.constraints.ExclusionConstraint(
                        condition=models.Q(("course__isnull", False), ("withdrawn", False)),
                        expressions=[
                            ("course", "="),
                            ("issuer", "="),
                            ("scope", "="),
                            (
                                providers.models.accreditations.Days(
                                    models.F("valid_from"),
                                    models.F("valid_until"),
                                    django.contrib.postgres.fields.ranges.RangeBoundary(
                                        inclusive_lower=True, inclusive_upper=True
                                    ),
                                ),
                                "&&",
                            ),
                        ],
                        name="one_accreditation_of_a_course_at_a_time",
                    ),
                ],
                "verbose_name": "accreditation",
                "verbose_name_plural": "accreditations",
                "ordering": ("valid_from", "id"),
            },
        ),
        migrations.CreateModel(
            name="RunExtra",
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
                        verbose_name="what it is for",
                    ),
                ),
                ("title", models.CharField(max_length=200, verbose_name="title")),
                ("price_minor", models.BigIntegerField(verbose_name="price")),
                ("published_at", models.DateTimeField(verbose_name="published at")),
                ("withdrawn_at", models.DateTimeField(blank=True, null=True, verbose_name="withdrawn at")),
                (
                    "run",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="extras",
                        to="providers.courserun",
                        verbose_name="course run",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("run", "earmark", "title"), name="one_extra_a_title"),
                    models.CheckConstraint(condition=models.Q(("title", ""), _negated=True), name="extra_has_a_title"),
                    models.CheckConstraint(condition=models.Q(("price_minor__gt", 0)), name="extra_price_is_positive"),
                    models.CheckConstraint(
                        condition=models.Q(("earmark__in", ["exam", "travel", "childcare", "equipment"])),
                        name="extra_earmark_is_known",
                    ),
                ],
                "verbose_name": "extra of a run",
                "verbose_name_plural": "extras of runs",
                "ordering": ("earmark", "title", "id"),
            },
        ),
        migrations.CreateModel(
            name="Staff",
            fields=[
                ("id", models.UUIDField(default=config.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                (
                    "roles",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(
                            choices=[
                                ("administrator", "Organisation, staff and keys"),
                                ("courses", "Courses and feeds"),
                                ("delivery", "Vouchers and attendance"),
                                ("money", "Money"),
                            ],
                            max_length=20,
                        ),
                        size=None,
                        verbose_name="roles",
                    ),
                ),
                ("joined_at", models.DateTimeField(verbose_name="joined")),
                ("left_at", models.DateTimeField(blank=True, null=True, verbose_name="left")),
                (
                    "provider",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="staff",
                        to="providers.provider",
                        verbose_name="provider",
                    ),
                ),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="works_for",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="person",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("left_at", None)),
                        fields=("user",),
                        name="nobody_works_for_two_providers_at_once",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("roles__contained_by", ["administrator", "courses", "delivery", "money"]),
                            ("roles__len__gt", 0),
                        ),
                        name="staff_have_known_roles",
                    ),
                ],
                "verbose_name": "member of staff",
                "verbose_name_plural": "staff",
                "ordering": ("joined_at", "id"),
            },
        ),
        migrations.CreateModel(
            name="StateChange",
            fields=[
                ("id", models.UUIDField(default=config.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                (
                    "from_state",
                    models.CharField(
                        choices=[
                            ("applied", "Applied"),
                            ("active", "Active"),
                            ("no_new_starts", "No new starts"),
                            ("suspended", "Suspended"),
                            ("removed", "Removed"),
                        ],
                        max_length=20,
                        verbose_name="from",
                    ),
                ),
                (
                    "to_state",
                    models.CharField(
                        choices=[
                            ("applied", "Applied"),
                            ("active", "Active"),
                            ("no_new_starts", "No new starts"),
                            ("suspended", "Suspended"),
                            ("removed", "Removed"),
                        ],
                        max_length=20,
                        verbose_name="to",
                    ),
                ),
                (
                    "reason",
                    models.CharField(
                        choices=[
                            ("accepted", "The application was checked and accepted"),
                            ("declined", "The application was checked and declined"),
                            ("own_wish", "The provider asked for it"),
                            ("quality", "Complaints, or the quality of its courses"),
                            ("accreditation", "An accreditation has ended or was withdrawn"),
                            ("irregular", "Irregular claims or payments"),
                            ("insolvent", "The provider cannot pay its debts"),
                            ("cleared", "It was looked into, and nothing was found"),
                            ("put_right", "What was wrong has been put right"),
                            ("other", "Something else"),
                        ],
                        max_length=20,
                        verbose_name="reason",
                    ),
                ),
                ("note", models.TextField(blank=True, max_length=2000, verbose_name="note")),
                ("moved_at", models.DateTimeField(verbose_name="moved at")),
                (
                    "moved_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="moved by",
                    ),
                ),
                (
                    "provider",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="state_changes",
                        to="providers.provider",
                        verbose_name="provider",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("from_state__in", ["applied", "active", "no_new_starts", "suspended", "removed"]),
                            ("to_state__in", ["applied", "active", "no_new_starts", "suspended", "removed"]),
                            models.Q(("from_state", models.F("to_state")), _negated=True),
                        ),
                        name="state_change_is_between_two_known_states",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("reason", "accepted"), models.Q(("note", ""), _negated=True), _connector="OR"
                        ),
                        name="state_change_says_why",
                    ),
                ],
                "verbose_name": "change of state",
                "verbose_name_plural": "changes of state",
                "ordering": ("-moved_at", "-id"),
            },
        ),
        migrations.CreateModel(
            name="Venue",
            fields=[
                ("id", models.UUIDField(default=config.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ("name", models.CharField(blank=True, max_length=300, verbose_name="name")),
                ("street", models.CharField(blank=True, max_length=300, verbose_name="street")),
                ("town", models.CharField(blank=True, max_length=100, verbose_name="town")),
                ("postcode", models.CharField(blank=True, max_length=20, verbose_name="postcode")),
                (
                    "latitude",
                    models.DecimalField(blank=True, decimal_places=6, max_digits=8, null=True, verbose_name="latitude"),
                ),
                (
                    "longitude",
                    models.DecimalField(
                        blank=True, decimal_places=6, max_digits=9, null=True, verbose_name="longitude"
                    ),
                ),
                (
                    "provider",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="venues",
                        to="providers.provider",
                        verbose_name="provider",
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["town"], name="venue_town")],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("provider", "name", "street", "town", "postcode"), name="one_venue_an_address"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("name", ""), _negated=True),
                            models.Q(("street", ""), _negated=True),
                            models.Q(("town", ""), _negated=True),
                            models.Q(("postcode", ""), _negated=True),
                            _connector="OR",
                        ),
                        name="venue_is_somewhere",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("latitude", None), ("longitude", None)),
                            models.Q(
                                ("latitude__gte", -90),
                                ("latitude__lte", 90),
                                ("longitude__gte", -180),
                                ("longitude__lte", 180),
                            ),
                            _connector="OR",
                        ),
                        name="venue_position_is_on_earth",
                    ),
                ],
                "verbose_name": "venue",
                "verbose_name_plural": "venues",
                "ordering": ("name", "id"),
            },
        ),
        migrations.AddField(
            model_name="courserun",
            name="venue",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="runs",
                to="providers.venue",
                verbose_name="venue",
            ),
        ),
        migrations.CreateModel(
            name="Word",
            fields=[
                ("word", models.CharField(max_length=60, primary_key=True, serialize=False)),
                ("plain", models.CharField(max_length=60)),
                ("courses", models.PositiveIntegerField()),
            ],
            options={
                "indexes": [
                    django.contrib.postgres.indexes.GistIndex(
                        django.contrib.postgres.indexes.OpClass("plain", name="gist_trgm_ops"), name="word_likeness"
                    ),
                    models.Index(models.F("plain"), name="word_plain"),
                ],
            },
        ),
        migrations.CreateModel(
            name="AccreditationEvidence",
            fields=[
                ("id", models.UUIDField(default=config.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ("document", models.FileField(blank=True, upload_to="")),
                ("original_name", models.CharField(blank=True, max_length=200)),
                (
                    "media_type",
                    models.CharField(
                        blank=True,
                        choices=[("application/pdf", "PDF"), ("image/jpeg", "JPEG"), ("image/png", "PNG")],
                        max_length=20,
                    ),
                ),
                ("size", models.PositiveIntegerField(default=0)),
                ("sha256", models.CharField(blank=True, max_length=64)),
                ("url", models.CharField(blank=True, max_length=1000, verbose_name="web address")),
                ("recorded_at", models.DateTimeField(verbose_name="recorded at")),
                (
                    "accreditation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="evidence",
                        to="providers.accreditation",
                    ),
                ),
                (
                    "recorded_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
            ],
            options={
                "verbose_name": "evidence of an accreditation",
                "verbose_name_plural": "evidence of accreditations",
                "ordering": ("recorded_at", "id"),
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("document", ""),
                                ("media_type", ""),
                                ("sha256", ""),
                                ("size", 0),
                                ("url__iregex", "^https?://[^[:space:]]+$"),
                            ),
                            models.Q(
                                models.Q(("document", ""), _negated=True),
                                ("media_type__in", ["application/pdf", "image/jpeg", "image/png"]),
                                ("sha256__regex", "^[0-9a-f]{64}$"),
                                ("size__gt", 0),
                                ("url", ""),
                            ),
                            _connector="OR",
                        ),
                        name="evidence_is_a_document_or_an_address",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="CourseVetting",
            fields=[
                ("id", models.UUIDField(default=config.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                (
                    "decision",
                    models.CharField(
                        choices=[
                            ("accepted", "Accepted"),
                            ("asked", "Question to the provider"),
                            ("declined", "Declined"),
                        ],
                        max_length=12,
                        verbose_name="decision",
                    ),
                ),
                (
                    "reason",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("price", "The price is far above that of like courses"),
                            ("content", "It does not say clearly what is taught"),
                            ("evidence", "Nothing shows that it meets a standard"),
                            ("not_eligible", "It is not the kind of learning that schemes pay for"),
                            ("twice", "The same course is listed twice"),
                            ("other", "Something else"),
                        ],
                        max_length=20,
                        verbose_name="reason",
                    ),
                ),
                ("note", models.TextField(blank=True, verbose_name="words to the provider")),
                ("category", models.CharField(blank=True, max_length=4, verbose_name="category")),
                ("title", models.CharField(max_length=500, verbose_name="title")),
                ("level", models.SmallIntegerField(blank=True, null=True, verbose_name="level")),
                ("content_hash", models.CharField(blank=True, max_length=64)),
                ("price_minor", models.BigIntegerField(blank=True, null=True, verbose_name="highest price")),
                ("currency", models.CharField(blank=True, max_length=3, verbose_name="currency")),
                ("decided_at", models.DateTimeField(verbose_name="decided at")),
                ("superseded", models.BooleanField(default=False)),
                ("answer", models.TextField(blank=True, verbose_name="the provider's answer")),
                ("answered_at", models.DateTimeField(blank=True, null=True, verbose_name="answered at")),
                (
                    "accreditation",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="vettings",
                        to="providers.accreditation",
                    ),
                ),
                (
                    "answered_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "course",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="vettings",
                        to="providers.course",
                        verbose_name="course",
                    ),
                ),
                (
                    "decided_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="decided by",
                    ),
                ),
            ],
            options={
                "verbose_name": "vetting of a course",
                "verbose_name_plural": "vettings of courses",
                "ordering": ("-decided_at", "-id"),
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("superseded", False)),
                        fields=("course",),
                        name="one_decision_on_a_course_counts",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("decision", "accepted"), ("reason", "")),
                            models.Q(
                                ("decision__in", ["asked", "declined"]),
                                ("reason__in", ["price", "content", "evidence", "not_eligible", "twice", "other"]),
                            ),
                            _connector="OR",
                        ),
                        name="vetting_says_why_not",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("decision", "asked"), ("note", ""), _negated=True),
                        name="vetting_asks_in_words",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("answer", ""), ("answered_at", None), ("answered_by", None)),
                            models.Q(
                                models.Q(("answer", ""), _negated=True),
                                ("answered_at__isnull", False),
                                ("answered_by__isnull", False),
                            ),
                            _connector="OR",
                        ),
                        name="vetting_answer_is_somebodys",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="FeedLine",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("line", models.IntegerField(blank=True, null=True, verbose_name="line")),
                (
                    "kind",
                    models.CharField(
                        choices=[("provider", "Provider"), ("course", "Course"), ("run", "Course run")],
                        max_length=20,
                        verbose_name="kind",
                    ),
                ),
                ("identifier", models.CharField(blank=True, max_length=400, verbose_name="identifier")),
                (
                    "outcome",
                    models.CharField(
                        choices=[
                            ("created", "Created"),
                            ("changed", "Changed"),
                            ("unchanged", "Unchanged"),
                            ("withdrawn", "Withdrawn"),
                            ("refused", "Refused"),
                        ],
                        max_length=20,
                        verbose_name="outcome",
                    ),
                ),
                ("reason", models.TextField(blank=True, verbose_name="reason")),
                (
                    "feed_import",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="lines", to="providers.feedimport"
                    ),
                ),
            ],
            options={
                "verbose_name": "feed line",
                "verbose_name_plural": "feed lines",
                "ordering": ("id",),
                "indexes": [models.Index(fields=["feed_import", "outcome", "kind"], name="feed_line_tally")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("outcome", "refused"), _negated=True),
                            models.Q(("reason", ""), _negated=True),
                            _connector="OR",
                        ),
                        name="refused_line_says_why",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="LapseNotice",
            fields=[
                ("id", models.UUIDField(default=config.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ("valid_until", models.DateField()),
                ("days", models.PositiveSmallIntegerField()),
                ("told_at", models.DateTimeField()),
                (
                    "accreditation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="lapse_notices",
                        to="providers.accreditation",
                    ),
                ),
            ],
            options={
                "verbose_name": "notice of a lapse",
                "verbose_name_plural": "notices of lapses",
                "ordering": ("told_at", "id"),
                "constraints": [
                    models.UniqueConstraint(
                        fields=("accreditation", "valid_until", "days"), name="told_of_a_lapse_once"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Invitation",
            fields=[
                ("id", models.UUIDField(default=config.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ("email", models.CharField(max_length=254, verbose_name="e-mail")),
                (
                    "roles",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(
                            choices=[
                                ("administrator", "Organisation, staff and keys"),
                                ("courses", "Courses and feeds"),
                                ("delivery", "Vouchers and attendance"),
                                ("money", "Money"),
                            ],
                            max_length=20,
                        ),
                        size=None,
                        verbose_name="roles",
                    ),
                ),
                ("token_hash", models.CharField(editable=False, max_length=64, unique=True)),
                (
                    "state",
                    models.CharField(
                        choices=[("sent", "Sent"), ("accepted", "Accepted"), ("withdrawn", "Withdrawn")],
                        default="sent",
                        max_length=10,
                        verbose_name="state",
                    ),
                ),
                ("invited_at", models.DateTimeField(verbose_name="invited at")),
                ("expires_at", models.DateTimeField(verbose_name="expires at")),
                ("ended_at", models.DateTimeField(null=True, verbose_name="accepted or withdrawn at")),
                (
                    "accepted_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="accepted by",
                    ),
                ),
                (
                    "invited_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="invited by",
                    ),
                ),
                (
                    "provider",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="invitations",
                        to="providers.provider",
                        verbose_name="provider",
                    ),
                ),
            ],
            options={
                "verbose_name": "invitation",
                "verbose_name_plural": "invitations",
                "ordering": ("-invited_at", "-id"),
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("state", "sent")),
                        fields=("provider", "email"),
                        name="one_invitation_an_address_at_a_time",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("roles__contained_by", ["administrator", "courses", "delivery", "money"]),
                            ("roles__len__gt", 0),
                        ),
                        name="invitation_has_known_roles",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("accepted_by", None), ("ended_at", None), ("state", "sent")),
                            models.Q(
                                ("accepted_by__isnull", False), ("ended_at__isnull", False), ("state", "accepted")
                            ),
                            models.Q(("accepted_by", None), ("ended_at__isnull", False), ("state", "withdrawn")),
                            _connector="OR",
                        ),
                        name="invitation_ends_as_its_state_says",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="FeedSource",
            fields=[
                ("id", models.UUIDField(default=config.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ("url", models.CharField(max_length=1000, verbose_name="web address")),
                (
                    "format",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("xcri_cap", "XCRI-CAP 1.2"),
                            ("lheo", "LHEO 2"),
                            ("schema_org", "schema.org JSON-LD"),
                            ("csv", "CSV"),
                        ],
                        max_length=20,
                        verbose_name="format",
                    ),
                ),
                ("whole", models.BooleanField(default=False, verbose_name="whole or not at all")),
                (
                    "every_hours",
                    models.SmallIntegerField(
                        choices=[
                            (1, "Every hour"),
                            (6, "Every six hours"),
                            (12, "Twice a day"),
                            (24, "Once a day"),
                            (168, "Once a week"),
                        ],
                        default=24,
                        verbose_name="how often",
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[("on", "On"), ("paused", "Paused")], default="on", max_length=20, verbose_name="state"
                    ),
                ),
                ("etag", models.CharField(blank=True, max_length=500)),
                ("last_modified", models.CharField(blank=True, max_length=100)),
                ("sha256", models.CharField(blank=True, max_length=64)),
                ("added_at", models.DateTimeField(verbose_name="added at")),
                ("next_check_at", models.DateTimeField(verbose_name="next check")),
                ("last_checked_at", models.DateTimeField(blank=True, null=True, verbose_name="last checked")),
                (
                    "outcome",
                    models.CharField(
                        blank=True,
                        choices=[("brought", "Brought a feed"), ("unchanged", "Unchanged"), ("failed", "Failed")],
                        max_length=20,
                        verbose_name="last outcome",
                    ),
                ),
                ("answer", models.TextField(blank=True, verbose_name="last answer")),
                ("failures", models.SmallIntegerField(default=0, verbose_name="failures in a row")),
                ("given_up_at", models.DateTimeField(blank=True, null=True, verbose_name="given up at")),
                (
                    "last_import",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="from_source",
                        to="providers.feedimport",
                    ),
                ),
                (
                    "provider",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="feed_sources",
                        to="providers.provider",
                    ),
                ),
            ],
            options={
                "verbose_name": "address of a feed",
                "verbose_name_plural": "addresses of feeds",
                "ordering": ("added_at", "id"),
                "indexes": [
                    models.Index(condition=models.Q(("state", "on")), fields=["next_check_at"], name="feed_source_due")
                ],
                "constraints": [
                    models.UniqueConstraint(fields=("provider", "url"), name="one_feed_source_an_address"),
                    models.CheckConstraint(
                        condition=models.Q(("url", ""), _negated=True), name="feed_source_has_an_address"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("state__in", ["on", "paused"])), name="feed_source_state_is_known"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("format__in", ["", "xcri_cap", "lheo", "schema_org", "csv"])),
                        name="feed_source_format_is_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("every_hours__in", [1, 6, 12, 24, 168])),
                        name="feed_source_interval_is_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("failures__gte", 0)), name="feed_source_failures_are_not_negative"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("last_checked_at", None), ("outcome", "")),
                            models.Q(
                                ("last_checked_at__isnull", False), ("outcome__in", ["brought", "unchanged", "failed"])
                            ),
                            _connector="OR",
                        ),
                        name="feed_source_was_checked_when_it_says_so",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("given_up_at", None), ("state", "paused"), _connector="OR"),
                        name="feed_source_that_is_given_up_is_paused",
                    ),
                ],
            },
        ),
        migrations.AddConstraint(
            model_name="course",
            constraint=models.UniqueConstraint(fields=("provider", "identifier"), name="one_course_an_identifier"),
        ),
        migrations.RunSQL((SQL / "entries.sql").read_text(), (SQL / "entries_undone.sql").read_text()),
    ]
