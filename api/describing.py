"""Describing: what the OpenAPI document says of each endpoint beyond what its code already says."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from typing import Any

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiExample, OpenApiParameter, OpenApiResponse, extend_schema

from api import errors, shapes
from api.bodies import MOST_LINES
from api.listing import LONGEST_PAGE, PAGE, VoucherFilter
from api.problems import CONTENT_TYPE, in_general
from api.reading import JSON, Raw
from config.refusals import Refusal
from ledger import proofs
from providers.errors import ChangedMeanwhile, NotThereYet, ThereAlready
from vouchers import errors as refusals

_KEY = [errors.KeyMissing, errors.KeyWrong, errors.KeyExpired, errors.KeyRevoked]
_ALWAYS = [
    *_KEY,
    errors.TooManyRequests,
    errors.TooManyMisses,
    errors.TooManyWrongKeys,
    errors.ServerFault,
    errors.NotNow,
]
_WRITING = [
    errors.NotJson,
    errors.LengthMissing,
    errors.BodyTooLarge,
    errors.BodyCutShort,
    errors.ContentTypeWrong,
    errors.NotAnObject,
    errors.FieldUnknown,
    errors.RequestInFlight,
    errors.IdempotencyKeyWrong,
    errors.IdempotencyKeyReused,
]
_FIELDS = [errors.FieldMissing, errors.FieldWrong]
_VERSIONS = [ChangedMeanwhile, ThereAlready, NotThereYet]
_LAST_SEEN = [
    OpenApiParameter(
        "If-Match",
        OpenApiTypes.STR,
        OpenApiParameter.HEADER,
        description="The `ETag` of the version that you read, or `*`. Where it is at another by now, nothing is "
        "written and you are told so (412). Left out, you write whatever is there.",
    ),
    OpenApiParameter(
        "If-None-Match",
        OpenApiTypes.STR,
        OpenApiParameter.HEADER,
        description="`*`: write only if there is nothing with this identifier yet.",
    ),
]
_ETAG = OpenApiParameter(
    "ETag",
    OpenApiTypes.STR,
    OpenApiParameter.HEADER,
    response=[200],
    description="The version of what you wrote, for `If-Match`. It is `etag` of the answer, in quotation marks.",
)
_VOUCHER = [refusals.VoucherNotFound, refusals.VoucherUnderReview, refusals.WrongState]
_MILESTONE = [*_VOUCHER, refusals.MilestoneNotFound]
_REDEEM = [
    *_MILESTONE,
    refusals.NotConfirmed,
    refusals.AlreadyRedeemed,
    refusals.NothingToRedeem,
    refusals.AmountNotPositive,
    refusals.MoreThanIsLeft,
]
_DECLARE = [
    *_MILESTONE,
    refusals.AlreadyDeclared,
    refusals.MilestoneOutOfOrder,
    refusals.DeclaredTooEarly,
    *_FIELDS,
]


@dataclass(frozen=True, slots=True)
class Description:
    """One endpoint's name, words, answer and refusals."""

    name: str
    tag: str
    summary: str
    says: str
    answers: type[shapes.Shape]
    refuses: Sequence[type[Refusal]] = ()
    query: Mapping[str, str] = field(default_factory=dict)  # what its parameters are, where they are not a list's


LIST_VOUCHERS = Description(
    "vouchers_list",
    "Vouchers",
    "List the vouchers made out to you",
    "Newest first. Ask for the next page with `cursor` until `next_cursor` is null.",
    shapes.VoucherList,
    [errors.FieldUnknown, errors.FieldWrong],
)
LOOK_UP = Description(
    "vouchers_look_up",
    "Vouchers",
    "Look a voucher up",
    "A voucher made out to somebody else answers exactly as one that does not exist. Who asks too often for what is "
    "not there is no longer answered, and those who watch over the scheme are told.",
    shapes.VoucherInFull,
    [refusals.VoucherNotFound],
)
ACCEPT = Description(
    "vouchers_accept",
    "Vouchers",
    "Accept a voucher",
    "You take the learner on. Accept it by its `accept_by`, or it expires.",
    shapes.Stands,
    _VOUCHER,
)
DECLINE = Description(
    "vouchers_decline",
    "Vouchers",
    "Decline a voucher",
    "You cannot take the learner on. The money goes back where it came from.",
    shapes.Stands,
    _VOUCHER,
)
START = Description(
    "vouchers_start",
    "Delivery",
    "Declare that the learner started",
    "Declares the first milestone. The learner is asked to confirm it, in their own session and never through you.",
    shapes.Declared,
    _DECLARE,
)
DECLARE = Description(
    "milestones_declare",
    "Delivery",
    "Declare a milestone",
    "In their order. The last one completes the voucher. The learner is asked to confirm it; nothing can be redeemed "
    "before that, or before the scheme's time for an objection is over.",
    shapes.Declared,
    _DECLARE,
)
REDEEM = Description(
    "vouchers_redeem",
    "Redemption",
    "Redeem a voucher",
    "Money of confirmed milestones moves from the voucher to what the scheme owes you. Of a milestone that was "
    "redeemed before, you are told the first redemption.",
    shapes.Redeemed,
    [*_REDEEM, errors.FieldWrong, errors.AmountNotWhole],
)
REDEEM_MANY = Description(
    "redemptions_create",
    "Redemption",
    "Redeem many vouchers",
    f"Up to {MOST_LINES:,} lines. Each is judged on its own: a line that is refused changes nothing and holds none of "
    "the others up. What is not a list of lines at all, such as an amount that is no integer, is refused whole.",
    shapes.RedeemedMany,
    [*_FIELDS, errors.AmountNotWhole, errors.TooManyLines],
)
REVERSE = Description(
    "redemptions_reverse",
    "Redemption",
    "Give a redemption back",
    "The money goes back into the voucher, and the milestone can be redeemed again.",
    shapes.Reversed,
    [
        refusals.RedemptionNotFound,
        refusals.AlreadyReversed,
        refusals.VoucherUnderReview,
        refusals.WrongState,
    ],
)
RECEIPT = Description(
    "redemptions_receipt",
    "Money",
    "Prove a redemption",
    "The redemption's transfers and the events that explain them, each with the proof that it is in the ledger's "
    "sealed log, under a checkpoint that anybody can fetch at `/.well-known/waymark`. It can be checked without us.",
    shapes.ReceiptShape,
    [refusals.RedemptionNotFound, proofs.NotSealedYet],
)
VOUCHER_RECEIPT = Description(
    "vouchers_receipt",
    "Money",
    "Prove what happened to a voucher",
    "What you were paid from the voucher and what happened to it that concerns you, each with the proof that it is in "
    "the ledger's sealed log. As a redemption's receipt.",
    shapes.ReceiptShape,
    [refusals.VoucherNotFound, proofs.NotSealedYet],
)
CANCEL = Description(
    "vouchers_cancel",
    "Vouchers",
    "Cancel a voucher",
    "With a coded reason. What is not yet redeemed goes back where it came from.",
    shapes.Stands,
    [*_VOUCHER, *_FIELDS],
)
BALANCE = Description(
    "balance",
    "Money",
    "What you are owed",
    "What each scheme owes you: redeemed and not yet paid out.",
    shapes.BalanceShape,
)
QUOTE = Description(
    "quote",
    "For learners",
    "What a course would cost you",
    "The quote that the course's page shows, with every line and the rules it rests on. Nothing is reserved. For a "
    "learner in their own session; an account that is not theirs does not exist for them.",
    shapes.QuoteShape,
    [
        errors.NotSignedIn,
        errors.NothingHere,
        errors.NoQuote,
        errors.FieldUnknown,
        errors.FieldMissing,
        errors.FieldWrong,
    ],
)
QUOTE_QUERY = {
    "learning_account": "The id of your learning account.",
    "run": "The id of the course run.",
    "extras": "Ids of what you want with it, with commas between.",
    "other_aid_minor": "What you get for the course from elsewhere, in minor units.",
}
ME = Description("me", "Key", "Which key this is", "The key, its scopes, and whose it is.", shapes.MeShape)


def described(description: Description) -> Callable[[Any], Any]:
    """Describe a method that `api.endpoint.reads` or `writes` has made."""

    def decorate(method: Any) -> Any:
        operation = method.operation
        refuses = [*description.refuses, *_ALWAYS]
        needs = "Any key may ask, whatever its scopes."
        if operation.scope is not None:
            refuses.append(errors.ScopeMissing)
            needs = f"The key needs the scope `{operation.scope}`."
        parameters: list[OpenApiParameter] = []
        request: Any = None
        examples: list[OpenApiExample] = []
        if operation.takes is not None:
            refuses += _WRITING + ([errors.IdempotencyKeyMissing] if operation.key_required else [])
            parameters.append(_idempotency_key(operation.key_required))
            if isinstance(operation.takes, Raw):
                request = operation.takes.schemas()
            elif operation.takes.fields:
                request = {JSON: operation.takes.schema()}
                examples.append(OpenApiExample("Request", operation.takes.example(), request_only=True))
            if operation.has_versions:
                refuses += [*_VERSIONS, errors.FieldWrong]
                parameters += _LAST_SEEN
        if operation.has_versions:
            parameters.append(_ETAG)
        parameters += [_query(name, description.query) for name in operation.query]
        return extend_schema(
            operation_id=description.name,
            tags=[description.tag],
            summary=description.summary,
            description=f"{description.says}\n\n{needs}",
            parameters=parameters,
            request=request,
            responses={200: description.answers, **_refused(refuses)},
            examples=examples,
        )(method)

    return decorate


def for_learners(description: Description, query: Mapping[str, str]) -> Callable[[Any], Any]:
    """Describe a method for a learner in their own session; the first two parameters are required."""
    required = list(query)[:2]
    return extend_schema(
        operation_id=description.name,
        tags=[description.tag],
        summary=description.summary,
        description=description.says,
        parameters=[
            OpenApiParameter(name, OpenApiTypes.STR, description=about, required=name in required)
            for name, about in query.items()
        ],
        responses={200: description.answers, **_refused([*description.refuses, errors.ServerFault, errors.NotNow])},
    )


def _refused(kinds: Sequence[type[Refusal]]) -> dict[Any, OpenApiResponse]:
    by_status = groupby(sorted(set(kinds), key=lambda kind: (kind.status, kind.code)), key=lambda kind: kind.status)
    return {(str(status), CONTENT_TYPE): _response(list(same)) for status, same in by_status}


def _response(kinds: Sequence[type[Refusal]]) -> OpenApiResponse:
    return OpenApiResponse(
        shapes.ProblemShape,
        description="\n".join(f"- `{kind.code}`: {in_general(kind.says)}" for kind in kinds),
    )


def _idempotency_key(required: bool) -> OpenApiParameter:
    return OpenApiParameter(
        "Idempotency-Key",
        OpenApiTypes.STR,
        OpenApiParameter.HEADER,
        required=required,
        description="1 to 255 printable ASCII characters, new for each request and the same when it is repeated. A "
        "repetition within 30 days gets the first answer, with the header `Idempotency-Replayed: true`.",
        examples=[OpenApiExample("A random UUID", "5f0c9f1e-8f0b-4b44-9d56-0d8f0f6b6f58")],
    )


def _query(name: str, abouts: Mapping[str, str]) -> OpenApiParameter:
    if name in abouts:
        return OpenApiParameter(name, OpenApiTypes.STR, description=abouts[name])
    if name == "limit":
        about = f"How many on a page: {PAGE} unless told, at most {LONGEST_PAGE}."
        return OpenApiParameter(name, {"type": "integer", "minimum": 1, "maximum": LONGEST_PAGE}, description=about)
    if name == "cursor":
        return OpenApiParameter(name, OpenApiTypes.STR, description="The `next_cursor` of an earlier answer.")
    choices = VoucherFilter.base_filters[name].extra.get("choices")
    about = f"Only vouchers with this {name}."
    return OpenApiParameter(
        name, OpenApiTypes.STR, description=about, enum=[str(value) for value, _ in choices] if choices else None
    )
