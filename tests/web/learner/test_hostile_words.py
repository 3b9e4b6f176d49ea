"""Every form that a learner or a stranger meets, filled with nothing, too much and what was made to do harm."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from urllib.parse import urljoin, urlsplit

import pytest
from django.core.cache import cache
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.test import Client
from lxml import html

from tests.web.learner.everybody import FILES, OTHERWISE, name_of, people
from tests.web.learner.visiting import just_shown

pytestmark = pytest.mark.django_db

MARK = "<img src=x onerror=alert(1)>"
WORDS = {
    "nothing": "",
    "blanks": " \t ",
    "far too much": "a" * 30_000,
    "markup": MARK,
    "a template": "{{ 7|add:7 }} {% now 'Y' %} %s %(x)s {0}",
    "a query": "'; DROP TABLE ledger_transfer; --",
    "a null": "a\0b",
    "lines": "a\r\nSet-Cookie: b=c\r\n\r\n",
    "backwards": "\u202eabc\u200b\u2066\ufeff",
    "signs": "🎓\u0301" * 40 + "﷽",
    "another's digits": "١٢٣",
    "a number past all": "99999999999999999999999999",
    "less than nothing": "-1",
    "not a number": "NaN",
    "infinite": "1e309",
    "a path": "../../../../etc/passwd\0.png",
    "another's id": "00000000-0000-7000-8000-000000000000",
}
STRANGERS = [
    "/",
    "/what-could-i-get/",
    "/join/",
    "/join/name/",
    "/courses/",
    "/account/login/",
    "/account/password/reset/",
]


def forms_on(there: Client, begin: str, seen: set[str]) -> Iterator[tuple[str, Any]]:
    """Each form on the pages that links lead to, once for each address that it goes to."""
    queue, found = [begin], {begin}
    while queue:
        address = queue.pop(0)
        page = html.fromstring(there.get(address, follow=True).content)
        for form in page.forms:
            for goes_to in {form.get("action") or address, *form.xpath(".//button/@formaction")}:
                kind = name_of(urlsplit(goes_to).path) or goes_to
                if (kind not in seen) and "logout" not in goes_to:
                    seen.add(kind)
                    yield urljoin(address, goes_to), form
        for link in page.xpath("//a/@href"):
            path = urlsplit(urljoin(address, link)).path
            name = name_of(path)
            if name and path not in found and name not in FILES and (name not in seen or name in OTHERWISE):
                seen.add(f"page {name}")
                found.add(path)
                queue.append(path)


def filled_with(form: Any, words: str) -> dict[str, Any]:
    """Everything that can be sent, with these words in it, whatever it offered to choose from."""
    fields: dict[str, Any] = {name: words for name in form.fields if name and name != "csrfmiddlewaretoken"}
    for name in form.xpath(".//input[@type='file']/@name"):
        fields[name] = SimpleUploadedFile(f"{words[:50] or 'x'}.pdf", words.encode() or b"\0", "application/pdf")
    for button in form.xpath(".//button[@name]"):
        fields[button.get("name")] = button.get("value", "")
    return fields


def send(there: Client, where: str, form: Any, fields: dict[str, Any]) -> Any:
    method = there.get if form.get("method", "get").lower() == "get" else there.post
    return method(where, fields, follow=True)


def check(there: Client, where: str, form: Any) -> None:
    for name, words in WORDS.items():
        cache.clear()
        fields = filled_with(form, words)
        with transaction.atomic():
            answer = send(there, where, form, fields)
            transaction.set_rollback(True)
        assert answer.status_code < 500, (where, name)
        shown = answer.content.decode(errors="replace")
        assert MARK not in shown, (where, name)
        assert "Set-Cookie: b" not in str(answer.headers), (where, name)
        if answer.status_code == 422:
            _nothing_is_lost(shown, form, words, where)


def _nothing_is_lost(shown: str, form: Any, words: str, where: str) -> None:
    """What was written into a large field is still there when the page comes back."""
    again = html.fromstring(shown.replace("\0", ""))
    for area in form.xpath(".//textarea/@name"):
        for kept in again.xpath(f"//textarea[@name='{area}']"):
            written = " ".join(words.replace("\0", "").split())
            assert " ".join((kept.text or "").split()) == written, (where, area)


def test_a_learner_s_forms_withstand_them() -> None:
    seen = set[str]()
    count = 0
    for learner, begin in people():
        there = just_shown(learner)
        for where, form in forms_on(there, begin, seen):
            check(there, where, form)
            count += 1
    assert count > 25


@pytest.mark.parametrize("address", STRANGERS)
def test_a_stranger_s_forms_withstand_them(client: Client, address: str) -> None:
    for form in html.fromstring(client.get(address, follow=True).content).forms:
        check(client, urljoin(address, form.get("action") or ""), form)
