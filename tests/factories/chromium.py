"""A page in the system's own Chromium, driven over its debugging pipe.

The DevTools protocol is JSON with a zero byte behind each message (chromedevtools.github.io); one
page is all the tests need, so nothing else is installed for it.
"""

import json
import os
import select
import shutil
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from typing import Any

NAMES = ("chromium", "chromium-browser", "google-chrome")
_SECONDS = 30.0
_KEYS = {"Enter": 13, "Escape": 27, "Backspace": 8, "Tab": 9}
_COMPLAINTS = {"Runtime.exceptionThrown", "Log.entryAdded"}


class Page:
    """One page. `problems`: what its console complained of."""

    def __init__(self, read: int, write: int) -> None:
        self._read, self._write = read, write
        self._buffer = b""
        self._ids = count(1)
        self._session = ""
        self.problems: list[str] = []

    def open(self, downloads: Path) -> None:
        target = self._ask("Target.createTarget", url="about:blank")["targetId"]
        self._session = self._ask("Target.attachToTarget", targetId=target, flatten=True)[
            "sessionId"
        ]
        for domain in ("Page", "Runtime", "Log"):
            self._ask(f"{domain}.enable")
        self._ask("Browser.setDownloadBehavior", behavior="allow", downloadPath=str(downloads))

    # --- looking -----------------------------------------------------------------------------

    def run(self, script: str) -> Any:
        """The value of an expression on the page."""
        said = self._ask("Runtime.evaluate", expression=script, returnByValue=True)
        assert "exceptionDetails" not in said, said
        return said["result"].get("value")

    def text(self, selector: str) -> str:
        """What stands in an element; empty while it is hidden."""
        element = f"document.querySelector({json.dumps(selector)})"
        shown: str = self.run(f"{element}.checkVisibility() ? {element}.innerText : ''")
        return shown

    def until(self, selector: str, text: str) -> str:
        """Wait until an element says this; all that it says."""
        deadline = time.monotonic() + _SECONDS
        while text not in (said := self.text(selector)):
            assert time.monotonic() < deadline, f"{selector} says {said!r}, not {text!r}"
            time.sleep(0.03)
        return said

    # --- doing -------------------------------------------------------------------------------

    def go(self, address: str, width: int = 1280) -> None:
        """Load a page in a window of that width."""
        self._ask(
            "Emulation.setDeviceMetricsOverride", width=width, height=900, deviceScaleFactor=1,
            mobile=False,
        )  # fmt: skip
        self._ask("Page.navigate", url=address)
        deadline = time.monotonic() + _SECONDS
        while self.run("document.readyState") != "complete" or address not in self.run(
            "location.href"
        ):
            assert time.monotonic() < deadline
            time.sleep(0.03)

    def click(self, selector: str) -> None:
        self.run(f"document.querySelector({json.dumps(selector)}).click()")

    def choose(self, selector: str, value: str) -> None:
        """An option of a select."""
        self.run(
            f"{{ const list = document.querySelector({json.dumps(selector)});"
            f"list.value = {json.dumps(value)};"
            'list.dispatchEvent(new Event("change", { bubbles: true })); }'
        )

    def press(self, *keys: str) -> None:
        """Keys of the keyboard, where the focus is: characters, or Enter, Escape, Backspace."""
        for key in keys:
            text = "\r" if key == "Enter" else key if key not in _KEYS else ""
            more = {"key": key, "windowsVirtualKeyCode": _KEYS.get(key, ord(key[0]))}
            self._ask("Input.dispatchKeyEvent", type="keyDown", text=text, **more)
            self._ask("Input.dispatchKeyEvent", type="keyUp", **more)

    # --- the pipe ----------------------------------------------------------------------------

    def _ask(self, method: str, **params: object) -> Any:
        number = next(self._ids)
        wanted: dict[str, object] = {"id": number, "method": method, "params": params}
        if self._session and not method.startswith(("Target.", "Browser.")):
            wanted["sessionId"] = self._session
        os.write(self._write, json.dumps(wanted).encode() + b"\0")
        while True:
            said = self._next()
            if said.get("id") == number:
                assert "error" not in said, said
                return said["result"]
            self._note(said)

    def _note(self, said: dict[str, Any]) -> None:
        method, params = said.get("method", ""), said.get("params", {})
        called = method == "Runtime.consoleAPICalled" and params["type"] in {"error", "warning"}
        if called or method in _COMPLAINTS:
            self.problems.append(json.dumps(params)[:600])

    def _next(self) -> dict[str, Any]:
        while b"\0" not in self._buffer:
            ready, _, _ = select.select([self._read], [], [], _SECONDS)
            assert ready, "Chromium says nothing"
            read = os.read(self._read, 1 << 16)
            assert read, "Chromium is gone"
            self._buffer += read
        message, _, self._buffer = self._buffer.partition(b"\0")
        found: dict[str, Any] = json.loads(message)
        return found


def chromium() -> str | None:
    """Where it is, or None."""
    return next(filter(None, map(shutil.which, NAMES)), None)


@contextmanager
def browser(program: str, folder: Path) -> Iterator[Page]:
    """A fresh browser that keeps its profile and its downloads in `folder`."""
    (asked, ask), (hear, heard) = os.pipe(), os.pipe()
    words = [
        program, "--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage",
        "--no-first-run", "--remote-debugging-pipe", f"--user-data-dir={folder / 'profile'}",
    ]  # fmt: skip
    with (folder / "chromium.log").open("wb") as log:
        process = subprocess.Popen(
            ["bash", "-c", f'exec "$@" 3<&{asked} 4>&{heard}', "bash", *words],
            pass_fds=(asked, heard), stdout=log, stderr=log,
        )  # fmt: skip
    os.close(asked)
    os.close(heard)
    try:
        page = Page(hear, ask)
        page.open(folder)
        yield page
    finally:
        os.close(ask)
        os.close(hear)
        process.terminate()
        process.wait(timeout=20)
