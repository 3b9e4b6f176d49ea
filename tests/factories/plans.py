"""Plans, begun by the capability itself."""

from __future__ import annotations

from brokerage.models import Adviser
from brokerage.planning import planning
from brokerage.planning.models import Plan
from tests.factories.talks import advised
from tests.factories.vouchers import ACTOR


def a_plan() -> tuple[Plan, Adviser]:
    """What an adviser has begun with a learner of theirs, to become a bookkeeper."""
    learner, adviser = advised()
    return planning.begin_for(learner.pk, "Work as a bookkeeper", by=adviser, actor=ACTOR), adviser
