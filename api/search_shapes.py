"""The shapes of what a search of the catalogue finds, for the API's description."""

from __future__ import annotations

from rest_framework import serializers

from api.shapes import _MINOR, Shape
from providers import facets
from providers.models import CourseRun


class FoundVenue(Shape):
    name = serializers.CharField(allow_blank=True)
    town = serializers.CharField(allow_blank=True)
    postcode = serializers.CharField(allow_blank=True)


class FoundRun(Shape):
    id = serializers.UUIDField()
    starts_on = serializers.DateField()
    ends_on = serializers.DateField()
    last_day_to_join = serializers.DateField()
    mode = serializers.ChoiceField(choices=CourseRun.Mode.choices)
    pattern = serializers.ChoiceField(choices=CourseRun.Pattern.choices, allow_null=True)
    venue = FoundVenue(allow_null=True)
    distance_km = serializers.FloatField(allow_null=True, help_text="From `near`, as the crow flies.")
    pricing = serializers.ChoiceField(choices=CourseRun.Pricing.choices)
    price_minor = serializers.IntegerField(allow_null=True, help_text=f"The full price. {_MINOR}")
    currency = serializers.CharField(help_text="ISO 4217.")


class FoundProvider(Shape):
    id = serializers.UUIDField()
    name = serializers.CharField()


class FoundCourse(Shape):
    id = serializers.UUIDField()
    title = serializers.CharField()
    summary = serializers.CharField(allow_blank=True)
    url = serializers.CharField(allow_null=True, help_text="The provider's own page.")
    level = serializers.IntegerField(allow_null=True)
    category = serializers.CharField(allow_null=True, help_text="ISCED-F 2013 detailed field.")
    qualification = serializers.CharField(allow_null=True)
    provider = FoundProvider()
    next_start = serializers.DateField()
    runs_fitting = serializers.IntegerField(help_text="How many of its runs fit.")
    runs = FoundRun(many=True, help_text="The first twenty of those, the soonest first.")


class Correction(Shape):
    typed = serializers.CharField()
    taken_for = serializers.CharField()


class SpotShape(Shape):
    name = serializers.CharField()
    latitude = serializers.FloatField()
    longitude = serializers.FloatField()

    class Meta:
        ref_name = "Spot"


class ChoiceShape(Shape):
    value = serializers.CharField(help_text="What to send as the parameter of this name.")
    label = serializers.CharField()  # type: ignore[assignment]  # its own fields have labels, too
    courses = serializers.IntegerField()

    class Meta:
        ref_name = "Choice"


class FoundShape(Shape):
    courses = FoundCourse(many=True)
    total = serializers.IntegerField()
    total_is_least = serializers.BooleanField(help_text="There are more than that.")
    corrected = Correction(many=True)
    near = SpotShape(allow_null=True)
    nearest_km = serializers.FloatField(
        allow_null=True, help_text="Where nothing is within `within_km`: how far the nearest is that fits otherwise."
    )
    facets = type("FacetsShape", (Shape,), {name: ChoiceShape(many=True) for name in facets.NAMES})()
    facets_are_least = serializers.BooleanField(help_text="Too many fit to be counted; there are at least as many.")
    next_cursor = serializers.CharField(allow_null=True)

    class Meta:
        ref_name = "Found"
