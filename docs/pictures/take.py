"""Takes the pictures of the README from a running `make run`, with the system's own Chromium.

Run by `make pictures`. The address is the first argument (default http://127.0.0.1:8000).
"""

import shutil
import sys
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

FOLDER = Path(__file__).parent
PHONE = "#phone1"
WIDEST = 1280


def main() -> int:
    """One picture per width and moment."""
    address = sys.argv[1] if len(sys.argv) > 1 else "http://127.0.0.1:8000"
    chromium = shutil.which("chromium") or shutil.which("chromium-browser")
    if chromium is None:
        print("no Chromium here (Debian: apt-get install chromium)", file=sys.stderr)
        return 1
    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        for width, height, scheme in ((WIDEST, 900, "light"), (360, 1180, "dark")):
            page = browser.new_page(
                viewport={"width": width, "height": height}, color_scheme=scheme,
                reduced_motion="reduce",
            )  # fmt: skip
            page.goto(f"{address}/simulator/")
            _buy(page, width)
            page.close()
        page = browser.new_page(
            viewport={"width": WIDEST, "height": 1300}, color_scheme="light",
            reduced_motion="reduce",
        )  # fmt: skip
        page.goto(f"{address}/simulator/")
        _lose_an_answer(page)
        browser.close()
    return 0


def _buy(page: Page, width: int) -> None:
    phone = page.locator(PHONE)
    phone.locator('[data-key="call"]').click()
    for typed in ("1", "1", "2" if width == WIDEST else "4", "1"):
        _reply(page, typed)
    page.screenshot(path=FOLDER / f"simulator-confirm-{width}.png")
    _reply(page, "7392")
    phone.locator(".inbox li").nth(0 if width == WIDEST else 1).wait_for()
    page.screenshot(path=FOLDER / f"simulator-bought-{width}.png")


def _lose_an_answer(page: Page) -> None:
    phone = page.locator(PHONE)
    phone.locator("[name=gateway]").select_option("hubtel")
    phone.locator(".record").click()
    phone.locator('[data-key="call"]').click()
    phone.locator(".field").wait_for()
    phone.locator('[data-fault="lost_answer"]').click()
    _reply(page, "1")
    phone.locator(".raw summary").click()
    phone.locator(".inbox li").first.wait_for()
    page.screenshot(path=FOLDER / "simulator-lost-1280.png", full_page=True)


def _reply(page: Page, typed: str) -> None:
    """Type and send; the next screen is there then."""
    phone = page.locator(PHONE)
    phone.locator(".field").fill(typed)
    phone.locator(".field").press("Enter")
    phone.locator(".popup").wait_for()


if __name__ == "__main__":
    sys.exit(main())
