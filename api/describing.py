"""Describing: what the OpenAPI document says of each endpoint beyond what its code already says."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from typing import Any

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiExample, OpenApiParameter, OpenApiResponse, extend_schema

from api import errors, shapes
from api.answers import answer_examples
from api.bodies import MOST_LINES
from api.listing import LONGEST_PAGE, PAGE, VoucherFilter
from api.problems import CONTENT_TYPE, in_general
from api.reading import CSV, JSON, NOTHING, Body, Lines, Raw
from config.refusals import Refusal
from ledger import proofs
from ledger.statements import CursorUnknown
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
_BODY = [
    errors.NotJson,
    errors.LengthMissing,
    errors.BodyTooLarge,
    errors.BodyCutShort,
    errors.ContentTypeWrong,
    errors.NotAnObject,
    errors.FieldUnknown,
]
_WRITING = [
    *_BODY,
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
_BY_LINE = (
    f"Up to {MOST_LINES:,} lines. Each is judged on its own: a line that is refused changes nothing and holds none of "
    "the others up. What is not a list of lines at all is refused whole. A voucher is shown as it is once all lines "
    "are done."
)
_LINES = [*_FIELDS, errors.TooManyLines]
ACCEPT_MANY = Description(
    "acceptances_create", "Vouchers", "Accept many vouchers", _BY_LINE, shapes.AcceptedMany, _LINES
)
DECLINE_MANY = Description(
    "declines_create", "Vouchers", "Decline many vouchers", _BY_LINE, shapes.DeclinedMany, _LINES
)
CANCEL_MANY = Description(
    "cancellations_create", "Vouchers", "Cancel many vouchers", _BY_LINE, shapes.CancelledMany, _LINES
)
START_MANY = Description(
    "starts_create", "Delivery", "Declare that many learners started", _BY_LINE, shapes.DeclaredMany, _LINES
)
DECLARE_MANY = Description(
    "declarations_create", "Delivery", "Declare many milestones", _BY_LINE, shapes.DeclaredMany, _LINES
)
ATTENDANCE = Description(
    "vouchers_attendance",
    "Delivery",
    "What attendance is recorded for a voucher",
    "By day; what was corrected later has the time at which it was replaced.",
    shapes.Attendance,
    [refusals.VoucherNotFound],
)
RECORD_ATTENDANCE = Description(
    "attendance_record",
    "Delivery",
    "Record attendance",
    "From the day on which the learner started to the end of the run, and not for the future. A day that was recorded "
    f"before is corrected, and what was said first is kept. {_BY_LINE} As JSON or as CSV.",
    shapes.RecordedMany,
    _LINES,
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
    "What each scheme owes you, redeemed and not yet paid out, and where it stands on its way to your bank account.",
    shapes.BalanceShape,
)
STATEMENT = Description(
    "statement",
    "Money",
    "Every movement of what you are owed",
    "Newest first: redemptions, what you gave back, payouts, and payouts that the bank returned; each with what the "
    "scheme owed you after it. Ask for the next page with `cursor` until `next_cursor` is null.",
    shapes.StatementShape,
    [errors.FieldUnknown, errors.FieldWrong, CursorUnknown],
)
AGEING = Description(
    "ageing",
    "Money",
    "What you are owed, by age",
    "What each scheme owes you by how many days ago it was redeemed.",
    shapes.AgeingShape,
)
PAYOUTS = Description(
    "payouts_list",
    "Money",
    "List your payouts",
    "Newest first. Ask for the next page with `cursor` until `next_cursor` is null.",
    shapes.PayoutList,
    [errors.FieldUnknown, errors.FieldWrong],
)
ADVICE = Description(
    "payouts_look_up",
    "Money",
    "Look a payout up",
    "A payout and what it pays, line by line: the remittance advice. Somebody else's answers exactly as one that does "
    "not exist.",
    shapes.AdviceShape,
    [refusals.PayoutNotFound],
)
ADVICE_AS_CSV = Description(
    "payouts_look_up_csv",
    "Money",
    "Look a payout up, as a table",
    "The remittance advice as comma-separated values, a row for each line, under the names in its first row.",
    shapes.AdviceShape,
    [refusals.PayoutNotFound],
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
        errors.TooManyFromYou,
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
SEARCH = Description(
    "catalogue_search",
    "Catalogue",
    "Search for courses",
    "Courses that can be joined today, the best match first, then the soonest, then the nearest. A word that no course "
    "has is taken for the nearest that some have, and `corrected` says so. Each facet is counted with all the others "
    "applied. Where very many courses fit, the counts are the least there are, and `facets_are_least` says so. A page "
    "follows another by `cursor`, up to 1,000 courses: whoever has more than that narrows it. No key is needed; an "
    "answer may be kept for a minute.",
    shapes.FoundShape,
    [errors.TooManyFromYou, errors.FieldUnknown, errors.FieldMissing, errors.FieldWrong],
)
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
        request, examples = _request(NOTHING)
        if operation.takes is not None:
            refuses += _WRITING + ([errors.IdempotencyKeyMissing] if operation.key_required else [])
            if operation.remembered:
                parameters.append(_idempotency_key(operation.key_required))
            request, examples = _request(operation.takes)
            if isinstance(operation.takes, Body) and operation.takes.as_table:
                refuses.append(errors.NotCsv)
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
            responses={**_answers(description), **_refused(refuses)},
            examples=examples + list(answer_examples(description.name)),
        )(method)

    return decorate


def for_anybody(description: Description, takes: Body) -> Callable[[Any], Any]:
    """Describe a POST that needs no key."""
    request, examples = _request(takes)
    refuses = {*description.refuses, *_BODY, errors.ServerFault, errors.NotNow}
    return extend_schema(
        operation_id=description.name,
        tags=[description.tag],
        summary=description.summary,
        description=description.says,
        auth=[],
        request=request,
        responses={200: description.answers, **_refused(list(refuses))},
        examples=examples,
    )


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


def _request(takes: Body | Raw) -> tuple[Any, list[OpenApiExample]]:
    """The body that is taken, as the document has it, with an example."""
    if isinstance(takes, Raw):
        return takes.schemas(), []
    if not takes.fields:
        return None, []
    request: dict[str, Any] = {JSON: takes.schema()}
    if takes.as_table:
        request[CSV] = {"type": "string", "description": _columns(takes)}
    return request, [OpenApiExample("Request", takes.example(), request_only=True, media_type=JSON)]


def for_everybody(description: Description, query: Mapping[str, Any]) -> Callable[[Any], Any]:
    """Describe a method that needs no key; `query` are the fields that its parameters are read by."""
    return extend_schema(
        operation_id=description.name,
        tags=[description.tag],
        summary=description.summary,
        description=description.says,
        auth=[],
        parameters=[_parameter(name, spec) for name, spec in query.items()],
        responses={200: description.answers, **_refused([*description.refuses, errors.ServerFault, errors.NotNow])},
    )


def _parameter(name: str, spec: Any) -> OpenApiParameter:
    schema = spec.schema()
    about = schema.pop("description")
    examples = [] if spec.example is None else [OpenApiExample("For instance", spec.example)]
    return OpenApiParameter(name, schema, description=about, examples=examples)


def _answers(description: Description) -> dict[Any, Any]:
    if description is ADVICE_AS_CSV:
        return {("200", "text/csv"): OpenApiTypes.STR}
    return {200: description.answers}


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


def _columns(table: Body) -> str:
    lines = table.fields["lines"]
    assert isinstance(lines, Lines)
    return f"UTF-8, with a first row of names: {', '.join(lines.each)}. A field that is left out is an empty cell."


_DAYS = {"from": "Only what happened from this day on.", "to": "Only what happened up to and including this day."}


def _query(name: str, abouts: Mapping[str, str]) -> OpenApiParameter:
    if name in abouts:
        return OpenApiParameter(name, OpenApiTypes.STR, description=abouts[name])
    if name == "limit":
        about = f"How many on a page: {PAGE} unless told, at most {LONGEST_PAGE}."
        return OpenApiParameter(name, {"type": "integer", "minimum": 1, "maximum": LONGEST_PAGE}, description=about)
    if name == "cursor":
        return OpenApiParameter(name, OpenApiTypes.STR, description="The `next_cursor` of an earlier answer.")
    if name in _DAYS:
        return OpenApiParameter(name, OpenApiTypes.DATE, description=_DAYS[name])
    choices = VoucherFilter.base_filters[name].extra.get("choices")
    about = f"Only vouchers with this {name}."
    return OpenApiParameter(
        name, OpenApiTypes.STR, description=about, enum=[str(value) for value, _ in choices] if choices else None
    )
