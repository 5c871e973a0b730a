"""Take pictures of the sidebar on the made-up mailbox: every kind of page, narrow and wide, light and dark.

    python -m benchmarks.screens FOLDER

writes ``people-320-light.png`` and the like into the folder, and ``sidebar.png``, the picture of the README: four panels side by side.
So it does with the previews: ``pane-write-light.png`` and the like, and ``outlook.png`` and ``gmail.png``, the pictures of their pages.
It needs Playwright and a Chromium, as the browser tests do.
"""

from __future__ import annotations

import base64
import json
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Literal

from playwright.sync_api import Browser, Page, StorageState, sync_playwright

from plugin_backend.demo.examples import EXAMPLES
from plugin_backend.domain.advice import Verdict
from plugin_backend.web.previews.scenes import SCENES

WIDTHS = (320, 1280)
Scheme = Literal["light", "dark"]
PREVIEW_WIDTH, PREVIEW_HEIGHT = 1180, 900
SCHEMES: tuple[Scheme, ...] = ("light", "dark")
PANEL_WIDTH, PANEL_HEIGHT, GAP = 360, 780, 24
PANELS: tuple[tuple[str, Scheme], ...] = (("people", "light"), ("person", "light"), ("check", "light"), ("brief", "dark"))


@contextmanager
def demo() -> Iterator[str]:
    """The made-up mailbox, served; gives the login link."""
    command = [sys.executable, "-m", "plugin_backend.cli", "demo", "--json", "--port", "0"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as served:
        assert served.stdout is not None
        try:
            said = ""
            while not said.rstrip().endswith("}"):
                line = served.stdout.readline()
                assert line, "the demo ended before it said where it is"
                said += line
            yield str(json.loads(said)["url"])
        finally:
            served.terminate()


def sign_in(browser: Browser, link: str) -> StorageState:
    """The state of a signed-in browser: a login link opens one session, which all windows share."""
    context = browser.new_context()
    page = context.new_page()
    page.goto(link)
    page.get_by_role("button", name="Open Acquaint").click()
    page.wait_for_url("**/")
    state = context.storage_state()
    context.close()
    return state


def window(browser: Browser, state: StorageState, *, width: int, height: int, scheme: Scheme, scale: float = 1) -> Page:
    """A signed-in window."""
    context = browser.new_context(
        viewport={"width": width, "height": height}, color_scheme=scheme, device_scale_factor=scale, storage_state=state
    )
    return context.new_page()


class Tour:
    """The pages of a picture book, found by what is in them rather than by name."""

    def __init__(self, page: Page, address: str) -> None:
        self.page = page
        self.address = address

    def show(self, name: str) -> None:
        """Open one of people, person, check, meetings, brief, accounts, settings."""
        getattr(self, name)()
        self.page.wait_for_load_state("networkidle")

    def people(self) -> None:
        self.page.goto(f"{self.address}/")

    def person(self) -> None:
        self.page.goto(f"{self.address}/?stage=friendship&standing=active")
        self.page.locator("a.whole").first.click()

    def check(self) -> None:
        """The first cold mail of the made-up drafts for which somebody could introduce."""
        for draft in (example.draft for example in EXAMPLES if example.verdict is Verdict.WARN):
            self.page.goto(f"{self.address}/check")
            for label, text in (("To", ", ".join(draft.to)), ("Subject", draft.subject), ("Text", draft.text)):
                self.page.get_by_label(label, exact=True).fill(text)
            self.page.get_by_role("button", name="Check").click()
            if self.page.locator(".verdict-head.warn").count() and self.page.locator(".alternatives a").count():
                return

    def meetings(self) -> None:
        self.page.goto(f"{self.address}/meetings")

    def brief(self) -> None:
        self.page.goto(f"{self.address}/meetings/brief")

    def settings(self) -> None:
        self.page.goto(f"{self.address}/settings")

    def accounts(self) -> None:
        self.page.goto(f"{self.address}/accounts")


def take_all(browser: Browser, state: StorageState, address: str, folder: Path) -> None:
    """Every page in every width and scheme, at full length."""
    for width in WIDTHS:
        for scheme in SCHEMES:
            tour = Tour(window(browser, state, width=width, height=800, scheme=scheme), address)
            for name in ("people", "person", "check", "meetings", "brief", "accounts", "settings"):
                tour.show(name)
                tour.page.screenshot(path=folder / f"{name}-{width}-{scheme}.png", full_page=True)
            tour.page.context.close()


def take_readme_picture(browser: Browser, state: StorageState, address: str, target: Path) -> None:
    """Four panels side by side, as they stand beside a mail program."""
    panels = []
    for name, scheme in PANELS:
        tour = Tour(window(browser, state, width=PANEL_WIDTH, height=PANEL_HEIGHT, scheme=scheme, scale=2), address)
        tour.show(name)
        if name == "check":
            tour.page.locator("#verdict").evaluate("each => scrollTo(0, each.offsetTop - 16)")
        panels.append(base64.b64encode(tour.page.screenshot()).decode())
        tour.page.context.close()
    width = len(panels) * (PANEL_WIDTH + GAP) + GAP
    page = browser.new_page(viewport={"width": width, "height": PANEL_HEIGHT + 2 * GAP}, device_scale_factor=1.5)
    images = "".join(f'<img src="data:image/png;base64,{panel}" width="{PANEL_WIDTH}">' for panel in panels)
    page.set_content(
        f"<style>body{{margin:0;padding:{GAP}px;display:flex;gap:{GAP}px;background:#d9dcd8}}"
        f"img{{border-radius:14px;box-shadow:0 6px 24px rgb(0 0 0/18%)}}</style>{images}"
    )
    page.screenshot(path=target)


def take_panes(browser: Browser, state: StorageState, address: str, folder: Path) -> None:
    """The pane of Outlook on every kind of item, at full length: light, dark and in a contrast theme."""
    for look in ("light", "dark", "contrast"):
        context = browser.new_context(
            viewport={"width": PREVIEW_WIDTH, "height": PREVIEW_HEIGHT},
            color_scheme="dark" if look == "dark" else "light",
            forced_colors="active" if look == "contrast" else "none",
            storage_state=state,
        )
        page = context.new_page()
        for name in SCENES:
            page.goto(f"{address}/preview/outlook/{name}")
            pane = page.frame_locator("#pane")
            pane.locator("main[aria-busy]").wait_for(state="detached")
            if look == "dark":
                page.get_by_label("Outlook in dark").check()
                pane.locator("html[data-theme=dark]").wait_for()
            length = pane.locator("html").evaluate("each => each.scrollHeight")
            page.locator("#pane").evaluate("(each, length) => { each.style.height = `${length}px` }", length)
            page.locator("#pane").screenshot(path=folder / f"pane-{name}-{look}.png")
        context.close()


def take_previews(browser: Browser, state: StorageState, address: str, folder: Path) -> None:
    """The pictures of the two pages of documentation: Outlook as it asks before Send, and Gmail's card."""
    page = window(browser, state, width=PREVIEW_WIDTH, height=PREVIEW_HEIGHT, scheme="light", scale=1.5)
    page.goto(f"{address}/preview/outlook/write")
    page.frame_locator("#pane").get_by_role("heading", name="Wait a moment").wait_for()
    page.locator("#notice").wait_for()
    page.locator("main").screenshot(path=folder / "outlook.png")
    page.get_by_role("button", name="Send", exact=True).click()
    page.get_by_role("dialog").screenshot(path=folder / "outlook-question.png")
    page.goto(f"{address}/preview/gmail/draft")
    page.locator(".google").screenshot(path=folder / "gmail.png")
    page.context.close()


def main() -> None:
    """Take all pictures into the folder given."""
    folder = Path(sys.argv[1])
    folder.mkdir(parents=True, exist_ok=True)
    chromium = shutil.which("chromium") or shutil.which("google-chrome")
    with demo() as link, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        address = link.partition("/login")[0]
        state = sign_in(browser, link)
        take_all(browser, state, address, folder)
        take_panes(browser, state, address, folder)
        take_previews(browser, state, address, folder)
        take_readme_picture(browser, state, address, folder / "sidebar.png")
        browser.close()
    print(f"{len(list(folder.glob('*.png')))} pictures in {folder}")


if __name__ == "__main__":
    main()
