"""The shapes of the catalogue's answers, for the API's description. `api.catalogue.showing` writes them."""

from __future__ import annotations

from rest_framework import serializers

from api.shapes import ExtraShape, Shape
from providers.feeds.formats import Format
from providers.models import CourseRun, FeedImport, FeedLine, FeedSource

_OUTCOMES = ("created", "changed", "unchanged")


class WhyNot(Shape):
    code = serializers.CharField(help_text="Stable: decide by this.")
    says = serializers.CharField(help_text="The reason, in words.")


class Stands(Shape):
    """How a course or run stands today."""

    on_sale = serializers.BooleanField(help_text="Whether a learner can buy it with a voucher today.")
    why_not = WhyNot(allow_null=True, help_text="Why it is not on sale.")
    published_at = serializers.DateTimeField(help_text="When you changed it last. UTC.")
    withdrawn_at = serializers.DateTimeField(allow_null=True, help_text="When it was withdrawn. UTC.")
    etag = serializers.CharField(help_text="The version of what you wrote.")

    class Meta:
        ref_name = "InCatalogue"


class OwnCourse(Stands):
    """A course of your own."""

    id = serializers.UUIDField()
    identifier = serializers.CharField(help_text="Your own identifier of the course.")
    title = serializers.CharField()
    summary = serializers.CharField(allow_blank=True)
    keywords = serializers.CharField(allow_blank=True)
    level = serializers.IntegerField(allow_null=True)
    qualification = serializers.CharField(allow_blank=True)
    url = serializers.CharField(allow_blank=True)
    category = serializers.CharField(
        allow_null=True, help_text="The detailed field of ISCED-F 2013 that those who vet courses gave it."
    )
    category_name = serializers.CharField(allow_null=True)
    accredited = serializers.BooleanField(help_text="Whether the course holds an accreditation that is valid today.")
    runs = serializers.IntegerField(help_text="How many runs it has that are not withdrawn.")
    next_run = serializers.CharField(allow_null=True, help_text="Your identifier of the next run that is on sale.")

    class Meta:
        ref_name = "OwnCourse"


class OwnCourseInFull(OwnCourse):
    description = serializers.CharField(allow_blank=True)

    class Meta:
        ref_name = "OwnCourseInFull"


class PutCourse(OwnCourseInFull):
    outcome = serializers.ChoiceField(choices=_OUTCOMES)

    class Meta:
        ref_name = "PutCourse"


class CourseList(Shape):
    courses = OwnCourse(many=True)
    next_cursor = serializers.CharField(allow_null=True, help_text="Send it as `cursor` for the next page.")


class VenueShape(Shape):
    name = serializers.CharField(allow_blank=True)
    street = serializers.CharField(allow_blank=True)
    town = serializers.CharField(allow_blank=True)
    postcode = serializers.CharField(allow_blank=True)

    class Meta:
        ref_name = "Venue"


class OwnRun(Stands):
    """A run of a course of your own."""

    id = serializers.UUIDField()
    course = serializers.CharField(help_text="Your own identifier of the course.")
    identifier = serializers.CharField(help_text="Your own identifier of the run.")
    starts_on = serializers.DateField()
    ends_on = serializers.DateField()
    apply_until = serializers.DateField(allow_null=True)
    pricing = serializers.ChoiceField(choices=CourseRun.Pricing.choices)
    price_minor = serializers.IntegerField(allow_null=True, help_text="Minor units (pennies) of the currency.")
    currency = serializers.CharField(help_text="ISO 4217.")
    price_note = serializers.CharField(allow_blank=True)
    mode = serializers.ChoiceField(choices=CourseRun.Mode.choices)
    pattern = serializers.ChoiceField(choices=CourseRun.Pattern.choices, allow_null=True)
    attendance_text = serializers.CharField(allow_blank=True)
    places = serializers.IntegerField(allow_null=True)
    hours = serializers.IntegerField(allow_null=True)
    venue = VenueShape(allow_null=True)
    extras = ExtraShape(many=True)

    class Meta:
        ref_name = "OwnRun"


class PutRun(OwnRun):
    outcome = serializers.ChoiceField(choices=_OUTCOMES)

    class Meta:
        ref_name = "PutRun"


class RunList(Shape):
    runs = OwnRun(many=True)
    next_cursor = serializers.CharField(allow_null=True, help_text="Send it as `cursor` for the next page.")


class Counts(Shape):
    """How many providers, courses and runs of the feed, together."""

    created = serializers.IntegerField()
    changed = serializers.IntegerField()
    unchanged = serializers.IntegerField()
    withdrawn = serializers.IntegerField()
    refused = serializers.IntegerField()


class FeedShape(Shape):
    id = serializers.UUIDField()
    name = serializers.CharField(help_text="What you called it, or the address that it was fetched from.")
    format = serializers.ChoiceField(choices=Format.choices, allow_null=True)
    whole = serializers.BooleanField(help_text="Whether it was to be taken whole or not at all.")
    state = serializers.ChoiceField(choices=FeedImport.State.choices)
    received_at = serializers.DateTimeField()
    finished_at = serializers.DateTimeField(allow_null=True)
    counts = Counts()
    refusal = WhyNot(allow_null=True, help_text="Why it was refused as a whole.")

    class Meta:
        ref_name = "Feed"


class FeedSent(Shape):
    feed = FeedShape()


class FeedList(Shape):
    feeds = FeedShape(many=True)
    next_cursor = serializers.CharField(allow_null=True, help_text="Send it as `cursor` for the next page.")


class LineShape(Shape):
    line = serializers.IntegerField(allow_null=True, help_text="Where it stands in the feed.")
    kind = serializers.ChoiceField(choices=FeedLine.Kind.choices)
    identifier = serializers.CharField(allow_blank=True)
    outcome = serializers.ChoiceField(choices=FeedLine.Outcome.choices)
    reason = serializers.CharField(allow_null=True, help_text="Why it was refused, or what is wrong with it.")

    class Meta:
        ref_name = "FeedLine"


class FeedReport(FeedShape):
    lines = LineShape(many=True)
    next_cursor = serializers.CharField(allow_null=True, help_text="Send it as `cursor` for the next lines.")

    class Meta:
        ref_name = "FeedReport"


class SourceShape(Shape):
    id = serializers.UUIDField()
    url = serializers.CharField()
    format = serializers.ChoiceField(choices=Format.choices, allow_null=True, help_text="Null: as the feed shows.")
    whole = serializers.BooleanField()
    every_hours = serializers.IntegerField()
    state = serializers.ChoiceField(choices=FeedSource.State.choices)
    next_check_at = serializers.DateTimeField(allow_null=True)
    last_checked_at = serializers.DateTimeField(allow_null=True)
    outcome = serializers.ChoiceField(choices=FeedSource.Outcome.choices, allow_null=True)
    answer = serializers.CharField(allow_null=True, help_text="What came of the last check, in words.")
    failures = serializers.IntegerField(help_text="How many checks have failed in a row.")
    given_up_at = serializers.DateTimeField(allow_null=True, help_text="When it was paused because of them.")
    last_feed = serializers.UUIDField(allow_null=True, help_text="The feed that was fetched last.")

    class Meta:
        ref_name = "FeedSource"


class SourceAnswer(Shape):
    feed_source = SourceShape()


class SourceList(Shape):
    feed_sources = SourceShape(many=True)


class SourceRemoved(Shape):
    removed = serializers.UUIDField()
