"""Takes the pictures of the README from a running `make run`, with the system's own Chromium.

Run by `make pictures`. The address is the first argument (default http://127.0.0.1:8000).
"""

import shutil
import sys
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

FOLDER = Path(__file__).parent
PHONE = "#phone1"


def main() -> int:
    """One picture per width and moment."""
    address = sys.argv[1] if len(sys.argv) > 1 else "http://127.0.0.1:8000"
    chromium = shutil.which("chromium") or shutil.which("chromium-browser")
    if chromium is None:
        print("no Chromium here (Debian: apt-get install chromium)", file=sys.stderr)
        return 1
    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        for width, height, scheme in ((1280, 900, "light"), (360, 1180, "dark")):
            page = browser.new_page(
                viewport={"width": width, "height": height}, color_scheme=scheme
            )
            page.goto(f"{address}/simulator/")
            _buy(page, width)
            page.close()
        browser.close()
    return 0


def _buy(page: Page, width: int) -> None:
    phone = page.locator(PHONE)
    phone.locator('[data-key="call"]').click()
    page.wait_for_timeout(1_000)
    for typed in ("1", "1", "4" if width == 360 else "2", "1"):
        phone.locator(".field").fill(typed)
        phone.locator(".field").press("Enter")
        page.wait_for_timeout(600)
    page.screenshot(path=FOLDER / f"simulator-confirm-{width}.png")
    phone.locator(".field").fill("7392")
    phone.locator(".field").press("Enter")
    page.wait_for_timeout(3_500)
    page.screenshot(path=FOLDER / f"simulator-bought-{width}.png")


if __name__ == "__main__":
    sys.exit(main())
