"""Takes the pictures of this folder, of a fresh demo: `.venv/bin/python docs/pictures/take.py http://127.0.0.1:8000`."""

from __future__ import annotations

import io
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser, Page, sync_playwright

HERE = Path(__file__).parent
SCREENS = {"desktop": (1280, 900), "phone": (390, 844)}
PAGES = {
    "home": ("/learner/", ""),
    "search": ("/learner/courses/?q=web", ""),
    "course": ("/learner/courses/?q=web", ".wm-results a"),
    "voucher": ("/learner/", "main a[href*='/learner/vouchers/0']"),
    "statement": ("/learner/statement/", ""),
    "story": ("/learner/story/", ""),
}


def keep(page: Page, name: str) -> None:
    """The whole page, with as few colours as it needs."""
    shot = Image.open(io.BytesIO(page.screenshot(full_page=True)))
    shot.convert("RGB").quantize(128).save(HERE / f"{name}.png", optimize=True)


@contextmanager
def somebody(browser: Browser, address: str, screen: str, who: str = "") -> Iterator[Page]:
    width, height = SCREENS[screen]
    context = browser.new_context(viewport={"width": width, "height": height})
    page = context.new_page()
    page.goto(address)
    if who:
        page.goto(f"{address}/account/login/")
        page.fill("[name=login]", f"{who}@meet.waymark.example")
        page.fill("[name=password]", "a-password-to-try")
        page.click("main form:has([name=password]) button[type=submit]")
    yield page
    context.close()


def take(browser: Browser, address: str) -> None:
    for screen in SCREENS:
        with somebody(browser, address, screen) as page:
            page.click("main a[href='/what-could-i-get/']")
            for part, typed in (("day", "17"), ("month", "5"), ("year", "1994")):
                page.fill(f"[name=date_of_birth_{part}]", typed)
            page.check("[name=residence][value=wales]")
            page.check("[name=qualification][value='1']")
            page.click("main form button[type=submit]")
            keep(page, f"what-could-i-get-{screen}")
        with somebody(browser, address, screen, "amina") as page:
            for name, (path, then) in PAGES.items():
                page.goto(address + path)
                if then:
                    page.click(then)
                keep(page, f"{name}-{screen}")
    with somebody(browser, address, "phone", "amina") as page:
        for language in ("cy", "fr", "en"):
            page.goto(f"{address}/learner/")
            page.click(f"button[name=language][value^={language}]")
            if language != "en":
                keep(page, f"home-phone-{language}")


if __name__ == "__main__":
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=["--no-sandbox"])
        take(chromium, sys.argv[1])
        chromium.close()
