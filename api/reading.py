"""Reading: what a request's body may be. Each field says at once how it is read and how it is described."""

from __future__ import annotations

import csv
import datetime as dt
import hashlib
import io
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django.db.models import Choices

from api import errors

# What every JSON reader holds exactly: RFC 8259, section 6.
LARGEST_INTEGER = 2**53 - 1
JSON, CSV = "application/json", "text/csv"
_NUMBER = re.compile(r"-?[0-9]{1,15}(\.[0-9]{1,6})?")
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


@dataclass(frozen=True, slots=True)
class Text:
    """A short text."""

    about: str
    example: Any = None
    required: bool = False
    most: int = 64
    least: int = 1

    def read(self, value: object, where: str) -> str:
        if not isinstance(value, str) or not self.least <= len(value) <= self.most or "\0" in value:
            raise errors.FieldWrong(field=where, wanted=f"a text of {self.least} to {self.most} characters")
        return value

    def schema(self) -> dict[str, Any]:
        return {"type": "string", "minLength": self.least, "maxLength": self.most, "description": self.about}


@dataclass(frozen=True, slots=True)
class Code(Text):
    """A voucher's code. One that is written as no code can be is one that is not there: the domain says so."""

    def read(self, value: object, where: str) -> str:
        if not isinstance(value, str) or not 0 < len(value) <= self.most:
            raise errors.FieldWrong(field=where, wanted=f"a text of 1 to {self.most} characters")
        return value


@dataclass(frozen=True, slots=True)
class Whole:
    """A whole number from `least` to `most`."""

    about: str
    example: Any = None
    required: bool = False
    least: int = 1
    most: int = LARGEST_INTEGER

    def read(self, value: object, where: str) -> int:
        # A bool is an int to Python, and 1e2 or 12.0 is a float to its JSON reader: both are refused.
        if type(value) is not int or not self.least <= value <= self.most:
            to = "on" if self.most == LARGEST_INTEGER else f"to {self.most}"
            raise errors.FieldWrong(field=where, wanted=f"a JSON integer from {self.least} {to}")
        return value

    def schema(self) -> dict[str, Any]:
        return {"type": "integer", "minimum": self.least, "maximum": self.most, "description": self.about}


@dataclass(frozen=True, slots=True)
class Hours:
    """How long something took: a number with at most two decimals. Which are possible, the domain says."""

    about: str
    example: Any = None
    required: bool = False

    def read(self, value: object, where: str) -> Decimal:
        if type(value) in (int, float) and abs(hours := Decimal(str(value))) < 100 and hours == round(hours, 2):
            return hours
        raise errors.FieldWrong(field=where, wanted="a number of hours such as 2.5")

    def schema(self) -> dict[str, Any]:
        return {"type": "number", "exclusiveMinimum": 0, "maximum": 24, "description": self.about}


@dataclass(frozen=True, slots=True)
class Amount:
    """Minor units of the voucher's currency. Whether an amount is one that can be moved, the domain says."""

    about: str
    example: Any = None
    required: bool = False

    def read(self, value: object, where: str) -> int:
        if type(value) is not int or abs(value) > LARGEST_INTEGER:
            raise errors.AmountNotWhole(field=where)
        return value

    def schema(self) -> dict[str, Any]:
        return {"type": "integer", "minimum": 1, "maximum": LARGEST_INTEGER, "description": self.about}


@dataclass(frozen=True, slots=True)
class Day:
    """A day, as ISO 8601 writes it."""

    about: str
    example: Any = None
    required: bool = False

    def read(self, value: object, where: str) -> dt.date:
        try:
            if isinstance(value, str) and _DAY.fullmatch(value):
                return dt.date.fromisoformat(value)
        except ValueError:
            pass  # a day that no calendar has
        raise errors.FieldWrong(field=where, wanted="a day such as 2027-09-06")

    def schema(self) -> dict[str, Any]:
        return {"type": "string", "format": "date", "description": self.about}


@dataclass(frozen=True, slots=True)
class OneOf:
    """One of a room's codes."""

    about: str
    codes: type[Choices]
    example: Any = None
    required: bool = False

    def read(self, value: object, where: str) -> Any:
        if not isinstance(value, str) or value not in self.codes.values:
            raise errors.FieldWrong(field=where, wanted="one of " + ", ".join(self.codes.values))
        return self.codes(value)

    def schema(self) -> dict[str, Any]:
        means = "; ".join(f"`{value}`: {label}" for value, label in self.codes.choices)
        return {"type": "string", "enum": list(self.codes.values), "description": f"{self.about} {means}."}


@dataclass(frozen=True, slots=True)
class Names:
    """A list of names, each once; which of them there are, the domain says."""

    about: str
    example: Any = None
    required: bool = False
    most: int = 50

    def read(self, value: object, where: str) -> list[str]:
        given = value if isinstance(value, list) else [None]
        names = [name for name in given if isinstance(name, str) and 0 < len(name) <= 60]
        if not len(set(names)) == len(given) <= self.most:
            raise errors.FieldWrong(field=where, wanted=f"a list of at most {self.most} texts, each once")
        return names

    def schema(self) -> dict[str, Any]:
        items = {"type": "string", "minLength": 1, "maxLength": 60}
        about = self.about
        return {"type": "array", "items": items, "maxItems": self.most, "uniqueItems": True, "description": about}


@dataclass(frozen=True, slots=True)
class YesNo:
    """True or false."""

    about: str
    example: Any = None
    required: bool = False

    def read(self, value: object, where: str) -> bool:
        if not isinstance(value, bool):
            raise errors.FieldWrong(field=where, wanted="true or false")
        return value

    def schema(self) -> dict[str, Any]:
        return {"type": "boolean", "description": self.about}


@dataclass(frozen=True, slots=True)
class Group:
    """Several fields that belong together, as an object of their own."""

    about: str
    each: Mapping[str, Field]
    example: Any = None
    required: bool = False

    def read(self, value: object, where: str) -> dict[str, Any]:
        return read_fields(value, self.each, f"{where}.")

    def schema(self) -> dict[str, Any]:
        return {**schema_of(self.each), "description": self.about}


@dataclass(frozen=True, slots=True)
class Lines:
    """A list of objects."""

    about: str
    each: Mapping[str, Field]
    most: int
    required: bool = True
    example: Any = None

    def read(self, value: object, where: str) -> list[dict[str, Any]]:
        if not isinstance(value, list) or not value:
            raise errors.FieldWrong(field=where, wanted="a list with at least one object")
        if len(value) > self.most:
            raise errors.TooManyLines(field=where, most=self.most)
        return [read_fields(line, self.each, f"{where}[{place}].") for place, line in enumerate(value)]

    def schema(self) -> dict[str, Any]:
        return {
            "type": "array",
            "minItems": 1,
            "maxItems": self.most,
            "description": self.about,
            "items": schema_of(self.each),
        }


Field = Text | Whole | Hours | Amount | Day | OneOf | Names | YesNo | Group | Lines


@dataclass(frozen=True, slots=True)
class Body:
    """The JSON object that an endpoint takes. Every field not named here is refused.

    With `as_table` its one field, `lines`, may come as CSV too: a row of names, and then a row a line.
    """

    fields: Mapping[str, Field] = field(default_factory=dict)
    most_bytes: int = 16_000
    as_table: bool = False

    @property
    def content_types(self) -> tuple[str, ...]:
        return (JSON, CSV) if self.as_table else (JSON,)

    def read(self, raw: bytes, content_type: str = JSON) -> dict[str, Any]:
        """The fields' values. Refuses `NotJson`, `NotCsv`, `NotAnObject`, `FieldUnknown`, `FieldMissing`, `FieldWrong`,
        `AmountNotWhole`, `TooManyLines`; the first that is found, with its field."""
        if content_type == CSV and raw:
            lines = self.fields["lines"]
            assert isinstance(lines, Lines)
            return read_fields({"lines": read_table(raw, lines)}, self.fields)
        return read_fields(read_json(raw) if raw else {}, self.fields)

    def schema(self) -> dict[str, Any]:
        return schema_of(self.fields)

    def example(self) -> dict[str, Any]:
        return {name: spec.example for name, spec in self.fields.items() if spec.example is not None}


NOTHING = Body()


@dataclass(frozen=True, slots=True)
class Raw:
    """A body that is taken as it is, such as a file: `about` says what it is, and `content_types` what it may be."""

    about: str
    content_types: tuple[str, ...]
    most_bytes: int

    def read(self, raw: bytes, content_type: str) -> dict[str, Any]:
        """What came, with its type and its fingerprint. That it is anything at all, the domain says."""
        return {"content": Content(raw), "content_type": content_type}

    def schemas(self) -> dict[str, Any]:
        """The JSON Schema of each type that it may have."""
        return {kind: {"type": "string", "format": "binary", "description": self.about} for kind in self.content_types}


class Content(bytes):
    """Bytes that are told in a request's fingerprint by their own."""

    def __str__(self) -> str:
        return hashlib.sha256(self).hexdigest()


def read_json(raw: bytes) -> object:
    """Strict JSON in UTF-8: no NaN, no name twice, nothing nested beyond reason. Refuses `NotJson`."""
    try:
        return json.loads(raw.decode("utf-8"), parse_constant=_no_constant, object_pairs_hook=_no_name_twice)
    except (ValueError, RecursionError) as error:
        raise errors.NotJson() from error


def read_table(raw: bytes, lines: Lines) -> list[dict[str, object]]:
    """The rows of a CSV in UTF-8 as JSON would have them; a cell that is empty is a field left out. Refuses `NotCsv`,
    `TooManyLines`."""
    try:
        rows = csv.DictReader(io.StringIO(raw.decode("utf-8-sig"), newline=""), strict=True, restkey="")
        names = [name.strip() for name in rows.fieldnames or []]
        if not names or len(set(names)) != len(names):
            raise errors.NotCsv(columns=", ".join(lines.each))
        rows.fieldnames = names
        found: list[dict[str, object]] = []
        for row in rows:
            if len(found) == lines.most:
                raise errors.TooManyLines(field="lines", most=lines.most)
            cells = {name: _cell(lines.each.get(name), cell) for name, cell in row.items() if cell}
            found.append({name: cell for name, cell in cells.items() if cell != ""})
    except (ValueError, csv.Error) as error:
        raise errors.NotCsv(columns=", ".join(lines.each)) from error
    return found


def _cell(spec: Field | None, cell: str | list[str]) -> object:
    """What a cell says: text, or a number where the field is one and the cell writes one."""
    if isinstance(spec, Whole | Amount | Hours) and isinstance(cell, str) and _NUMBER.fullmatch(cell.strip()):
        return float(cell) if "." in cell else int(cell)
    return cell.strip() if isinstance(cell, str) else cell


def read_fields(value: object, fields: Mapping[str, Field], where: str = "") -> dict[str, Any]:
    """The values of `fields` in the object `value`; `where` is how its fields are named in a refusal."""
    if not isinstance(value, dict):
        raise errors.NotAnObject(field=where.rstrip(".") or None)
    for name in value:
        if name not in fields:
            known = ", ".join(fields) or "none"
            raise errors.FieldUnknown(field=f"{where}{_printable(name)}", known=known)
    for name, spec in fields.items():
        if spec.required and name not in value:
            raise errors.FieldMissing(field=f"{where}{name}", wanted=spec.about)
    return {name: fields[name].read(given, f"{where}{name}") for name, given in value.items()}


def schema_of(fields: Mapping[str, Field]) -> dict[str, Any]:
    """The JSON Schema of an object with these fields and no others."""
    schema: dict[str, Any] = {
        "type": "object",
        "properties": {name: spec.schema() for name, spec in fields.items()},
        "additionalProperties": False,
    }
    if required := [name for name, spec in fields.items() if spec.required]:
        schema["required"] = required
    return schema


def _printable(name: str) -> str:
    """A name that somebody sent, fit to be sent back."""
    return "".join(character if character.isprintable() else "?" for character in name[:60])


def _no_constant(name: str) -> None:
    raise ValueError(name)


def _no_name_twice(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a name comes twice")
    return found
