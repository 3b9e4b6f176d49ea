"""What is taught, and when, where and at what price it runs."""

from __future__ import annotations

import uuid
from datetime import date, timedelta

from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVector, SearchVectorField
from django.db import models
from django.db.models import CheckConstraint, Exists, F, OuterRef, Q, UniqueConstraint
from django.utils.translation import gettext_lazy as _

from config.ids import uuid7
from providers.models.organisations import WEB_ADDRESS, Provider, Venue


class CourseQuerySet(models.QuerySet["Course"]):
    def accredited(self, on: date) -> CourseQuerySet:
        """Courses that hold an accreditation of their own on that day."""
        from providers.models.accreditations import Accreditation

        return self.filter(Exists(Accreditation.objects.valid(on).filter(course=OuterRef("pk"))))

    def in_catalogue(self) -> CourseQuerySet:
        """Courses that their provider has not withdrawn."""
        return self.filter(withdrawn_at=None)


class Course(models.Model):
    """What a provider teaches, known by the provider's own identifier for it.

    `category` is the ISCED-F detailed field that the scheme's side gave it (`providers.categories`), never the
    provider's word; "" is not yet classified. `level` is the regulated level, 0 for entry level.

    `price_ceiling_minor`, in minor units of `price_ceiling_currency`, is the most that a run may cost to be sold: it
    follows from the price that vetting saw (`providers.vetting`). None is a course whose price was never looked at.
    """

    # What the scheme's side says of a course: publishing must not write over it.
    NOT_THE_PROVIDERS = ("category", "price_ceiling_minor", "price_ceiling_currency")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    provider = models.ForeignKey(Provider, on_delete=models.PROTECT, related_name="courses", verbose_name=_("provider"))
    identifier = models.CharField(_("identifier"), max_length=200)
    title = models.CharField(_("title"), max_length=500)
    summary = models.TextField(_("summary"), blank=True)
    description = models.TextField(_("description"), blank=True)
    keywords = models.TextField(_("keywords"), blank=True)
    level = models.SmallIntegerField(_("level"), null=True, blank=True)
    qualification = models.CharField(_("qualification"), max_length=300, blank=True)
    category = models.CharField(_("category"), max_length=4, blank=True)
    price_ceiling_minor = models.BigIntegerField(_("highest price"), null=True, blank=True, editable=False)
    price_ceiling_currency = models.CharField(max_length=3, blank=True, editable=False)
    url = models.CharField(_("web address"), max_length=1000, blank=True)
    content_hash = models.CharField(max_length=64, blank=True, editable=False)
    published_at = models.DateTimeField(_("published at"))
    withdrawn_at = models.DateTimeField(_("withdrawn at"), null=True, blank=True)
    # "simple" beside "english" because to English "IT" is a word too common to look for.
    search = models.GeneratedField(
        expression=SearchVector("title", weight="A", config="english")
        + SearchVector("title", weight="A", config="simple")
        + SearchVector("qualification", weight="B", config="english")
        + SearchVector("keywords", weight="B", config="english")
        + SearchVector("keywords", weight="B", config="simple")
        + SearchVector("summary", weight="C", config="english")
        + SearchVector("description", weight="D", config="english"),
        output_field=SearchVectorField(),
        db_persist=True,
    )

    objects = CourseQuerySet.as_manager()

    class Meta:
        verbose_name = _("course")
        verbose_name_plural = _("courses")
        ordering = ("title", "id")
        constraints = [
            UniqueConstraint(fields=["provider", "identifier"], name="one_course_an_identifier"),
            CheckConstraint(condition=~Q(identifier="") & ~Q(title=""), name="course_has_identifier_and_title"),
            CheckConstraint(condition=Q(level=None) | Q(level__gte=0, level__lte=8), name="course_level_is_0_to_8"),
            CheckConstraint(
                condition=Q(category="") | Q(category__regex=r"^[0-9]{4}$"), name="course_category_is_a_detailed_field"
            ),
            CheckConstraint(condition=Q(url="") | Q(url__iregex=WEB_ADDRESS), name="course_url_is_a_web_address"),
            CheckConstraint(
                condition=Q(price_ceiling_minor=None, price_ceiling_currency="")
                | Q(price_ceiling_minor=0, price_ceiling_currency="")
                | Q(price_ceiling_minor__gt=0, price_ceiling_currency__regex=r"^[A-Z]{3}$"),
                name="course_price_ceiling_has_a_currency",
            ),
        ]
        indexes = [
            GinIndex(fields=["search"], name="course_search"),
            GinIndex(
                SearchVector("title", config="english") + SearchVector("title", config="simple"), name="course_title"
            ),
            models.Index(fields=["category"], condition=Q(withdrawn_at=None), name="course_category"),
        ]

    provider_id: uuid.UUID

    def __str__(self) -> str:
        return self.title

    @property
    def subject(self) -> str:
        return f"course:{self.id}"

    def may_cost(self, price_minor: int, currency: str) -> bool:
        """Whether a run may be sold at this price, as far as vetting has seen it."""
        ceiling = self.price_ceiling_minor
        return ceiling is None or (price_minor <= ceiling and currency == self.price_ceiling_currency)


class CourseRunQuerySet(models.QuerySet["CourseRun"]):
    def open_to_join(self, on: date) -> CourseRunQuerySet:
        """Runs that can still be joined: the provider's last day to apply has not gone, or, where there is none,
        the run has not started."""
        return self.filter(Q(apply_until__gte=on) | Q(apply_until=None, starts_on__gt=on))

    def listed(self, on: date) -> CourseRunQuerySet:
        """Runs that a learner is shown on that day, at whatever price: run and course not withdrawn, its dates not
        in doubt, still open to join, provider active, and both provider and course accredited."""
        from providers.models.accreditations import Accreditation

        valid = Accreditation.objects.valid(on)
        return self.open_to_join(on).filter(
            Exists(valid.filter(provider=OuterRef("course__provider"))),
            Exists(valid.filter(course=OuterRef("course"))),
            dates_in_doubt=False,
            withdrawn_at=None,
            course__withdrawn_at=None,
            course__provider__state=Provider.State.ACTIVE,
        )

    def on_sale(self, on: date) -> CourseRunQuerySet:
        """Runs that can be bought with a voucher on that day: those listed that have a price, which vetting saw.

        A free run needs no voucher, and a price on request cannot be bought.
        """
        return self.listed(on).filter(
            Q(course__price_ceiling_minor=None)
            | Q(price_minor__lte=F("course__price_ceiling_minor"), currency=F("course__price_ceiling_currency")),
            pricing=CourseRun.Pricing.PRICED,
        )

    def with_standing(self, on: date) -> CourseRunQuerySet:
        """Runs with what `providers.sale` judges by: course, provider and venue, and whether both are accredited."""
        from providers.models.accreditations import Accreditation

        valid = Accreditation.objects.valid(on)
        return self.select_related("course__provider", "venue").annotate(
            provider_is_accredited=Exists(valid.filter(provider=OuterRef("course__provider"))),
            course_is_accredited=Exists(valid.filter(course=OuterRef("course"))),
        )


class CourseRun(models.Model):
    """One run of a course: dates, mode, place and price, known by the provider's own identifier for it.

    `price_minor` is in minor units of `currency`; `price_note` keeps the provider's own words where they are not
    a price. `attendance_text` keeps the provider's own words about attendance.
    """

    class Mode(models.TextChoices):
        CLASSROOM = "classroom", _("In a classroom")
        ONLINE = "online", _("Online")
        BLENDED = "blended", _("Partly online")
        DISTANCE = "distance", _("At a distance")
        WORKPLACE = "workplace", _("At work")

    class Pattern(models.TextChoices):
        DAYTIME = "daytime", _("Daytime")
        EVENING = "evening", _("Evenings")
        WEEKEND = "weekend", _("Weekends")
        DAY_RELEASE = "day_release", _("Day release")
        BLOCK = "block", _("In blocks")
        FLEXIBLE = "flexible", _("Flexible")

    class Pricing(models.TextChoices):
        PRICED = "priced", _("Has a price")
        FREE = "free", _("Free, no voucher needed")
        ON_REQUEST = "on_request", _("Price on request")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    course = models.ForeignKey(Course, on_delete=models.PROTECT, related_name="runs", verbose_name=_("course"))
    identifier = models.CharField(_("identifier"), max_length=200)
    venue = models.ForeignKey(
        Venue, on_delete=models.PROTECT, null=True, blank=True, related_name="runs", verbose_name=_("venue")
    )
    starts_on = models.DateField(_("starts on"))
    ends_on = models.DateField(_("ends on"))
    mode = models.CharField(_("mode"), max_length=20, choices=Mode.choices, default=Mode.CLASSROOM)
    pattern = models.CharField(_("pattern"), max_length=20, choices=Pattern.choices, blank=True)
    attendance_text = models.CharField(_("attendance"), max_length=500, blank=True)
    pricing = models.CharField(_("pricing"), max_length=20, choices=Pricing.choices)
    price_minor = models.BigIntegerField(_("price"), null=True, blank=True)
    currency = models.CharField(_("currency"), max_length=3, default="GBP")
    price_note = models.TextField(_("note on the price"), blank=True)
    places = models.IntegerField(_("places"), null=True, blank=True)
    hours = models.PositiveIntegerField(_("taught hours"), null=True, blank=True)
    apply_until = models.DateField(
        _("apply until"), null=True, blank=True, help_text=_("The last day on which a learner can still join.")
    )
    dates_in_doubt = models.BooleanField(
        _("dates in doubt"),
        default=False,
        help_text=_(
            "The provider's dates contradict each other. It is neither shown nor sold until they are put right."
        ),
    )
    content_hash = models.CharField(max_length=64, blank=True, editable=False)
    published_at = models.DateTimeField(_("published at"))
    withdrawn_at = models.DateTimeField(_("withdrawn at"), null=True, blank=True)

    objects = CourseRunQuerySet.as_manager()

    class Meta:
        verbose_name = _("course run")
        verbose_name_plural = _("course runs")
        ordering = ("starts_on", "id")
        constraints = [
            UniqueConstraint(fields=["course", "identifier"], name="one_run_an_identifier"),
            CheckConstraint(condition=~Q(identifier=""), name="run_has_an_identifier"),
            CheckConstraint(
                condition=Q(dates_in_doubt=True)
                | Q(ends_on__gte=F("starts_on")) & (Q(apply_until=None) | Q(apply_until__lte=F("ends_on"))),
                name="run_dates_are_in_order_or_in_doubt",
            ),
            CheckConstraint(
                condition=Q(pricing="priced", price_minor__isnull=False, price_minor__gt=0)
                | Q(pricing="free", price_minor__isnull=False, price_minor=0)
                | Q(pricing="on_request", price_minor=None),
                name="run_price_fits_its_pricing",
            ),
            CheckConstraint(condition=Q(currency__regex=r"^[A-Z]{3}$"), name="run_currency_is_iso_4217"),
            CheckConstraint(condition=Q(places=None) | Q(places__gte=0), name="run_places_are_not_negative"),
            CheckConstraint(
                condition=Q(mode__in=["classroom", "online", "blended", "distance", "workplace"]),
                name="run_mode_is_known",
            ),
            CheckConstraint(
                condition=Q(pattern__in=["", "daytime", "evening", "weekend", "day_release", "block", "flexible"]),
                name="run_pattern_is_known",
            ),
        ]
        indexes = [
            models.Index(fields=["starts_on"], condition=Q(withdrawn_at=None), name="run_start"),
            models.Index(fields=["price_minor"], condition=Q(withdrawn_at=None, pricing="priced"), name="run_price"),
        ]

    course_id: uuid.UUID
    venue_id: uuid.UUID | None

    def __str__(self) -> str:
        return f"{self.identifier} ({self.starts_on:%Y-%m-%d})"

    @property
    def subject(self) -> str:
        return f"run:{self.id}"

    @property
    def last_day_to_join(self) -> date:
        """The provider's last day to apply, else the day before the start."""
        return self.apply_until or self.starts_on - timedelta(days=1)

    def is_open_to_join(self, on: date) -> bool:
        return on <= self.last_day_to_join


class RunExtraQuerySet(models.QuerySet["RunExtra"]):
    def offered(self) -> RunExtraQuerySet:
        """Extras that a learner can still have with their run."""
        return self.filter(withdrawn_at=None)


class RunExtra(models.Model):
    """Something that can be had with a run, and not without it: an exam, travel, childcare, equipment.

    Known by what it is for and its title. `price_minor` is in minor units of the run's currency.
    """

    class Earmark(models.TextChoices):
        """The codes of the earmarks of learners' money that pays for such things."""

        EXAM = "exam", _("Exam")
        TRAVEL = "travel", _("Travel")
        CHILDCARE = "childcare", _("Childcare")
        EQUIPMENT = "equipment", _("Equipment")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    run = models.ForeignKey(CourseRun, on_delete=models.PROTECT, related_name="extras", verbose_name=_("course run"))
    earmark = models.CharField(_("what it is for"), max_length=12, choices=Earmark.choices)
    title = models.CharField(_("title"), max_length=200)
    price_minor = models.BigIntegerField(_("price"))
    published_at = models.DateTimeField(_("published at"))
    withdrawn_at = models.DateTimeField(_("withdrawn at"), null=True, blank=True)

    objects = RunExtraQuerySet.as_manager()

    class Meta:
        verbose_name = _("extra of a run")
        verbose_name_plural = _("extras of runs")
        ordering = ("earmark", "title", "id")
        constraints = [
            UniqueConstraint(fields=["run", "earmark", "title"], name="one_extra_a_title"),
            CheckConstraint(condition=~Q(title=""), name="extra_has_a_title"),
            CheckConstraint(condition=Q(price_minor__gt=0), name="extra_price_is_positive"),
            CheckConstraint(
                condition=Q(earmark__in=["exam", "travel", "childcare", "equipment"]), name="extra_earmark_is_known"
            ),
        ]

    run_id: uuid.UUID

    def __str__(self) -> str:
        return self.title
