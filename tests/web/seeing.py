"""What can be seen of a page in a real browser: what axe finds, what is folded, what is too small to be hit."""

from __future__ import annotations

from importlib.resources import files

from playwright.sync_api import Page

AXE_RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
SMALLEST_TARGET = 24
"""CSS px (WCAG 2.2, 2.5.8)."""


def axe_violations(page: Page) -> list[str]:
    """What axe-core finds. It is run over the debugging protocol, which the page's policy does not bind."""
    if not page.evaluate("typeof axe !== 'undefined'"):
        page.evaluate((files("axe_playwright_python") / "axe.min.js").read_text(encoding="utf-8"))
    found = page.evaluate("rules => axe.run(document, {runOnly: {type: 'tag', values: rules}, resultTypes: ['violations']})", AXE_RULES)
    return [f"{each['id']}: {node['target']} {node['failureSummary']}" for each in found["violations"] for node in each["nodes"]]


def open_all(page: Page) -> None:
    """Unfold whatever is folded, so that it is looked at too."""
    page.evaluate("for (const each of document.querySelectorAll('details')) each.open = true")


def too_small(page: Page) -> list[str]:
    """What one presses and could miss."""
    found: list[str] = page.evaluate(
        """least => [...document.querySelectorAll('button, input:not([type=hidden]), select, textarea, summary, nav a, a.button')]
            .filter(each => { const box = each.getBoundingClientRect(); return box.height < least || box.width < least })
            .map(each => each.outerHTML.slice(0, 120))""",
        SMALLEST_TARGET,
    )
    return found
