"""After somebody has shown that it is them, what they sent is answered under the address of that page, not its own."""

from __future__ import annotations

import inspect
import re
from collections.abc import Iterator
from typing import Any

import pytest
from django.template.loader import get_template
from django.urls import URLResolver, get_resolver


def views(resolver: URLResolver) -> Iterator[Any]:
    for each in resolver.url_patterns:
        if isinstance(each, URLResolver):
            yield from views(each)
        elif getattr(each.callback, "asks_to_be_shown", False):
            yield inspect.unwrap(each.callback)


def pages() -> list[str]:
    source = "".join(inspect.getsource(view) for view in views(get_resolver()))
    return sorted({name for name in re.findall(r'"([\w/]+\.html)"', source) if "{{ form }}" in html(name)})


def html(name: str) -> str:
    return str(get_template(name).template.source)  # type: ignore[attr-defined]


@pytest.mark.parametrize("page", pages())
def test_a_form_that_can_come_back_with_errors_says_where_it_goes(page: str) -> None:
    forms = [tag for tag in re.findall(r"<form[^>]*>", html(page)) if 'method="post"' in tag]
    assert forms
    assert [tag for tag in forms if "action=" not in tag] == []


def test_such_forms_are_found() -> None:
    assert {"learner/representatives/invite.html", "scheme/card_loss.html"} <= set(pages())
