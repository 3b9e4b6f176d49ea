"""HTML_CodeSniffer, the checker that pa11y runs on a page by default: what axe does not look at."""

from __future__ import annotations

import subprocess
import tarfile
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

from playwright.sync_api import Page

PACKAGE = "html_codesniffer@2.5.1"
RUN = """
    () => new Promise((done, failed) => HTMLCS.process("WCAG2AA", document,
        () => done(HTMLCS.getMessages().filter(each => each.type === HTMLCS.ERROR).map(
            each => `${each.code}: ${each.msg} ${each.element.outerHTML.slice(0, 200)}`)),
        failed))
"""


@cache
def _source() -> str:
    with TemporaryDirectory() as folder:
        subprocess.run(["npm", "pack", "--silent", PACKAGE], cwd=folder, check=True, capture_output=True)
        [packed] = Path(folder).glob("*.tgz")
        with tarfile.open(packed) as files:
            found = files.extractfile("package/build/HTMLCS.js")
            assert found is not None
            return found.read().decode()


def errors(page: Page) -> list[str]:
    """What breaks WCAG 2 AA on the page, in its words."""
    page.evaluate(_source())
    return list(page.evaluate(RUN))
