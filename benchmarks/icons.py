"""Draw the icons that Outlook asks for as PNG, from the one mark of Acquaint.

    python -m benchmarks.icons

writes them into the folder of the files of the Outlook pane. It needs Playwright and a Chromium, as the browser tests do.
"""

from __future__ import annotations

import shutil
from pathlib import Path

from playwright.sync_api import Browser, sync_playwright

FOLDER = Path(__file__).parents[1] / "plugin_backend" / "web" / "outlook_addin" / "files"
SIZES = (16, 32, 64, 80, 128)
PAPER, MARK, WHITE = "#ffffff", "#0f6b61", "#ffffff"
COLOUR_SIZE, OUTLINE_SIZE = 192, 32
"""Of the icons in the package of a unified manifest: one in colour on a full square, one white on nothing."""


def mark(colour: str, *, width: float, scale: float = 1.0) -> str:
    """Two circles that overlap."""
    move = 16 - 16 * scale
    return (
        f'<g fill="none" stroke="{colour}" stroke-width="{width}" transform="translate({move} {move}) scale({scale})">'
        '<circle cx="11.5" cy="16" r="8.5"/><circle cx="20.5" cy="16" r="8.5"/></g>'
    )


def draw(browser: Browser, name: str, size: int, content: str) -> None:
    """One picture."""
    page = browser.new_page(viewport={"width": size, "height": size})
    page.set_content(
        "<style>html,body{margin:0;background:transparent}svg{display:block}</style>"
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32" width="{size}" height="{size}">{content}</svg>'
    )
    page.screenshot(path=FOLDER / name, omit_background=True)
    page.close()


def main() -> None:
    """Draw them all."""
    chromium = shutil.which("chromium") or shutil.which("google-chrome")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        for size in SIZES:
            draw(browser, f"icon-{size}.png", size, mark(MARK, width=3))
        square = f'<rect width="32" height="32" fill="{MARK}"/>'
        draw(browser, "color.png", COLOUR_SIZE, square + mark(PAPER, width=2.6, scale=0.62))
        draw(browser, "outline.png", OUTLINE_SIZE, mark(WHITE, width=3, scale=0.94))
        browser.close()
    print(f"{len(list(FOLDER.glob('*.png')))} icons in {FOLDER}")


if __name__ == "__main__":
    main()
