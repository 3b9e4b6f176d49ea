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
from api.listing import LONGEST_PAGE, PAGE, VoucherFilter
from api.problems import CONTENT_TYPE, in_general
from api.reading import CSV, JSON, NOTHING, Body, Lines, Raw
from config.refusals import Refusal
from providers.errors import ChangedMeanwhile, NotThereYet, ThereAlready

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
    as_csv: bool = False


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


def for_everybody(
    description: Description, *, takes: Body | None = None, query: Mapping[str, Any] | None = None
) -> Callable[[Any], Any]:
    """Describe a method that needs no key: a POST with the body it `takes`, or a GET with a `query`, whose fields its
    parameters are read by."""
    request, examples = _request(takes or NOTHING)
    refuses = [*description.refuses, *(_BODY if takes else []), errors.ServerFault, errors.NotNow]
    return extend_schema(
        operation_id=description.name,
        tags=[description.tag],
        summary=description.summary,
        description=description.says,
        auth=[],
        parameters=[_parameter(name, spec) for name, spec in (query or {}).items()],
        request=request,
        responses={200: description.answers, **_refused(refuses)},
        examples=examples,
    )


def _parameter(name: str, spec: Any) -> OpenApiParameter:
    schema = spec.schema()
    about = schema.pop("description")
    examples = [] if spec.example is None else [OpenApiExample("For instance", spec.example)]
    return OpenApiParameter(name, schema, description=about, examples=examples)


def _answers(description: Description) -> dict[Any, Any]:
    if description.as_csv:
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
