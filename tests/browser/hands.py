"""Ways to use a page: with a mouse, or with the keyboard alone. Neither knows in which language the page is."""

from __future__ import annotations

from typing import Protocol

from playwright.sync_api import Page

# Whether whoever looks sees where the focus is: something about the element, or the circle or square drawn for it, is
# otherwise than without it.
IS_SEEN = """
    () => {
        const element = document.activeElement
        const drawn = element.matches("[type=radio], [type=checkbox]") ? [element.labels[0], "::before"] : [element]
        const look = () => (({outline, boxShadow, backgroundColor, border}) =>
            [outline, boxShadow, backgroundColor, border].join())(getComputedStyle(...drawn))
        const focused = look()
        element.blur()
        const without = look()
        element.focus()
        return focused !== without
    }
"""


class Hand(Protocol):
    def press(self, what: str) -> None: ...
    def write(self, where: str, words: str) -> None: ...
    def tick(self, what: str) -> None: ...


class Mouse:
    """Or a finger."""

    def __init__(self, page: Page) -> None:
        self.page = page

    def press(self, what: str) -> None:
        self.page.locator(what).first.click()

    def write(self, where: str, words: str) -> None:
        self.page.fill(where, words)

    def tick(self, what: str) -> None:
        self.page.check(what)


class Keyboard:
    """Tab until it is there, then Enter, the letters, or the arrows of a group."""

    FAR = 200

    def __init__(self, page: Page) -> None:
        self.page = page

    def press(self, what: str) -> None:
        self._reach(what)
        with self.page.expect_event("framenavigated"):
            self.page.keyboard.press("Enter")
        self.page.wait_for_load_state()

    def write(self, where: str, words: str) -> None:
        self._reach(where)
        self.page.keyboard.press("Control+A")
        self.page.keyboard.type(words)

    def tick(self, what: str) -> None:
        group = self.page.get_attribute(what, "name")
        if self.page.get_attribute(what, "type") == "checkbox":
            self._reach(what)
            self.page.keyboard.press("Space")
            return
        self._reach(f"[name='{group}']")
        self.page.keyboard.press("Space")
        for _ in range(self.page.locator(f"[name='{group}']").count()):
            if self.page.is_checked(what):
                return
            self.page.keyboard.press("ArrowDown")
        raise AssertionError(f"{what} is not to be had with the arrows")

    def _reach(self, what: str) -> None:
        wanted = self.page.locator(what)
        assert wanted.count(), f"{what} is not on {self.page.url}"
        for _ in range(self.FAR):
            if wanted.evaluate_all("wanted => wanted.includes(document.activeElement)"):
                assert self.page.evaluate(IS_SEEN), f"nothing shows that {what} has the focus"
                return
            self.page.keyboard.press("Tab")
        raise AssertionError(f"{what} is not to be had with Tab on {self.page.url}")
