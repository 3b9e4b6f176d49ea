"""Holds answers to the OpenAPI document: every field that is sent is described, and every described one is sent."""

from __future__ import annotations

import json
import re
from functools import cache
from typing import Any

from drf_spectacular.generators import SchemaGenerator
from jsonschema import Draft202012Validator


@cache
def document() -> dict[str, Any]:
    """The API's description, as it is served."""
    return json.loads(json.dumps(SchemaGenerator().get_schema(request=None, public=True), default=str))


def holds(method: str, path: str, response: Any) -> None:
    """Fail when an answer is not one that the document promises at this address."""
    operation = _operation(method, path)
    assert str(response.status_code) in operation["responses"], f"{method} {path} may not answer {response.status_code}"
    [media_type] = operation["responses"][str(response.status_code)]["content"].items()
    assert response["Content-Type"] == media_type[0]
    schema = {**media_type[1]["schema"], "components": {"schemas": _closed()}}
    errors = list(Draft202012Validator(schema).iter_errors(response.json()))
    assert not errors, errors[0]


def _operation(method: str, path: str) -> dict[str, Any]:
    plain = path.partition("?")[0]
    for template, operations in document()["paths"].items():
        if re.fullmatch(re.sub(r"\{\w+\}", "[^/]+", template), plain):
            return operations[method.lower()]
    raise AssertionError(f"{path} is not in the document")


@cache
def _closed() -> dict[str, Any]:
    """The shapes with no room for what they do not name."""
    shapes = json.loads(json.dumps(document()["components"]["schemas"]))
    for shape in shapes.values():
        if "properties" in shape:
            shape.setdefault("additionalProperties", False)
    return shapes
