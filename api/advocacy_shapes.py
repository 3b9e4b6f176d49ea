"""The shapes of what advisers ask of a provider for learners, for the API's description."""

from __future__ import annotations

from rest_framework import serializers

from api.shapes import CourseShape, Learner, RunShape, Shape, amount, moment
from brokerage.advocacy.models import WITH_A_YES, AdvocacyState, Wanted

_STATES = [(state.value, state.label) for state in map(AdvocacyState, WITH_A_YES)]


class AgreedShape(Shape):
    """What the run costs this learner, and until when they can buy it for that."""

    price_minor = amount()
    until = serializers.DateField()

    class Meta:
        ref_name = "AgreedPrice"


class AskedBy(Shape):
    name = serializers.CharField()
    organisation = serializers.CharField()


class AdvocacyShape(Shape):
    """What an adviser asks of you for a learner, who has said yes to exactly these words."""

    id = serializers.UUIDField()
    reference = serializers.CharField(help_text="Names the learner's question where their name is not told.")
    wanted = serializers.ChoiceField(choices=Wanted.choices)
    words = serializers.CharField()
    state = serializers.ChoiceField(choices=_STATES)
    learner = Learner(allow_null=True, help_text="Null where the learner did not agree that you are told their name.")
    adviser = AskedBy()
    course = CourseShape()
    run = RunShape()
    list_price_minor = serializers.IntegerField(
        allow_null=True, help_text="What everybody pays now. Minor units (pennies) of the currency."
    )
    currency = serializers.CharField(help_text="ISO 4217.")
    asked_at = moment()
    answer_by = moment()
    answered_at = moment()
    answer = serializers.CharField(help_text="Your words; empty before you answer.")
    agreed = AgreedShape(allow_null=True, help_text="The price that you agreed to, if you did.")

    class Meta:
        ref_name = "Advocacy"


class AdvocacyList(Shape):
    advocacy = AdvocacyShape(many=True)
    next_cursor = serializers.CharField(allow_null=True, help_text="Send it as `cursor` for the next page.")


class AdvocacyAnswered(Shape):
    advocacy = AdvocacyShape()
