"""What the OpenAPI document says of what advisers ask of a provider."""

from __future__ import annotations

from api import advocacy_shapes, errors
from api.describing import Description
from brokerage.advocacy import errors as refusals
from vouchers import agreeing_errors

LIST = Description(
    "advocacy_list",
    "Advocacy",
    "List what advisers ask of you for learners",
    "A place, an adjustment or a lower price, each with the learner's yes to exactly these words. Newest first; answer "
    "each by its `answer_by`. What the learner calls off before you answer is gone.",
    advocacy_shapes.AdvocacyList,
    [errors.FieldUnknown, errors.FieldWrong],
    {"state": "`sent`: what waits for your answer; `agreed` and `refused`: what you answered."},
)
ANSWER = Description(
    "advocacy_answer",
    "Advocacy",
    "Answer what an adviser asks",
    "Once. Say why not, or what you agree to, in `words`: the learner and their adviser read it. A yes to a price has "
    "`price_minor` and `until` instead; it is a promise to that learner for that run, and cannot be taken back.",
    advocacy_shapes.AdvocacyAnswered,
    [
        errors.FieldMissing,
        errors.FieldWrong,
        errors.AmountNotWhole,
        refusals.AdvocacyNotFound,
        refusals.AdvocacyOver,
        refusals.AdvocacyWordsMissing,
        refusals.PriceMissing,
        agreeing_errors.NotBelowTheListPrice,
        agreeing_errors.PromiseIsOver,
    ],
)
