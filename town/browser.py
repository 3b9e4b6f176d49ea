"""A person at a browser, over real HTTP: follows links and presses buttons by what they say, without JavaScript."""

from __future__ import annotations

from typing import Any
from urllib.parse import urljoin

import requests
from lxml import html


class PageProblem(AssertionError):
    """A page did not offer what the story needed, or did not answer as it should."""


class Browser:
    """One person's session. `page` is the document shown, `url` its address."""

    def __init__(self, address: str) -> None:
        self.session = requests.Session()
        self.address = self.url = address
        self.page: Any = html.fromstring("<html></html>")

    def open(self, path: str) -> Browser:
        """Go to an address of the site."""
        return self._show(self.session.get(urljoin(self.url, path), timeout=30))

    def follow(self, words: str) -> Browser:
        """Follow the first link that says `words`."""
        for link in self.page.iter("a"):
            if words in _text(link):
                return self.open(str(link.get("href")))
        raise PageProblem(f"no link says “{words}” on {self.url}")

    def press(self, words: str, **fields: str) -> Browser:
        """Press the first button that says `words`, with these fields filled in and the others as they stand."""
        for form in self.page.forms:
            for button in form.iter("button", "input"):
                said = button.get("value", "") if button.tag == "input" else _text(button)
                if button.get("type", "submit") == "submit" and words in said:
                    return self._submit(form, button, fields)
        raise PageProblem(f"no button says “{words}” on {self.url}")

    def says(self, words: str) -> bool:
        """Whether the page shows these words."""
        return words in _text(self.page)

    def told(self) -> str:
        """What the page tells after an action: its messages and errors."""
        found = self.page.find_class("wm-message") + self.page.find_class("govuk-error-summary")
        return " ".join(_text(element) for element in found)

    def expect(self, words: str) -> Browser:
        """The page must show these words."""
        if not self.says(words):
            raise PageProblem(f"{self.url} does not say “{words}”. {self.told()}")
        return self

    def _submit(self, form: Any, button: Any, fields: dict[str, str]) -> Browser:
        data = dict(form.form_values()) | fields
        if missing := fields.keys() - set(form.inputs.keys()):
            raise PageProblem(f"the form on {self.url} has no {', '.join(sorted(missing))}")
        if button.get("name"):
            data[button.get("name")] = button.get("value", "")
        target = urljoin(self.url, button.get("formaction") or form.get("action") or self.url)
        if form.get("method", "get").lower() == "get":
            return self._show(self.session.get(target, params=data, timeout=30))
        return self._show(self.session.post(target, data=data, headers={"Referer": self.url}, timeout=30))

    def _show(self, answer: requests.Response) -> Browser:
        # 422 is a form that came back with what is missing.
        if answer.status_code >= 400 and answer.status_code != 422:
            raise PageProblem(f"{answer.request.method} {answer.url} answered {answer.status_code}")
        self.url, self.page = answer.url, html.fromstring(answer.content)
        return self


def _text(element: Any) -> str:
    return " ".join(str(element.text_content()).split())
