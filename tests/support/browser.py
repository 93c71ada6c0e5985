"""A real browser in tests: Debian's chromium, driven through chromedriver.

`start()` skips the test with the reason where there is none. Nothing is fetched: selenium is
given the driver, and the browser's own services are off.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

__all__ = ["LIMIT_S", "Browser", "one_at_a_time", "start"]

LIMIT_S = 60  # a hang, and nothing that merely takes its time on a busy machine

_FLAGS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-dev-shm-usage",
    "--hide-scrollbars",
)


class Browser:
    """One window; what a test asks of it."""

    def __init__(self, driver: Any) -> None:
        self._driver = driver

    def open(self, path: Path, place: str = "") -> None:
        """Load the file anew, with nothing remembered, at a place in it."""
        self._driver.get("about:blank")
        self._driver.get_log("browser")
        self._driver.get_log("performance")
        self._driver.get(path.as_uri() + (f"#{place}" if place else ""))
        if self.run("return localStorage.length"):
            self.run("localStorage.clear()")
            self._driver.refresh()

    def window(self, width: int = 1280, height: int = 800, *, is_phone: bool = False) -> None:
        """The size of the window in CSS pixels."""
        self._send(
            "Emulation.setDeviceMetricsOverride",
            width=width,
            height=height,
            deviceScaleFactor=1,
            mobile=is_phone,
        )

    def colours(self, scheme: str) -> None:
        """`light` or `dark`, as the system asks for it; nothing moves of itself."""
        wanted = {"prefers-color-scheme": scheme, "prefers-reduced-motion": "reduce"}
        features = [{"name": name, "value": value} for name, value in wanted.items()]
        self._send("Emulation.setEmulatedMedia", features=features)

    def run(self, script: str, *arguments: Any) -> Any:
        """The value of the script; a list of elements is one of selenium's."""
        return self._driver.execute_script(script, *arguments)

    def wait(self, script: str, *arguments: Any) -> Any:
        """The script's value, once it is true."""
        from selenium.webdriver.support.ui import WebDriverWait

        found = WebDriverWait(self._driver, LIMIT_S, poll_frequency=0.05)
        return found.until(lambda driver: driver.execute_script(script, *arguments), script)

    def count(self, selector: str) -> int:
        """How many elements there are that are seen."""
        found = (
            "return [...document.querySelectorAll(arguments[0])].filter(e => e.checkVisibility())"
        )
        return len(self.run(found, selector))

    def text(self, selector: str) -> str:
        """The text of the first such element."""
        return str(self.run("return document.querySelector(arguments[0]).innerText", selector))

    def click(self, selector: str) -> None:
        """As a mouse does: the element has to be there, in view and on top."""
        self._element(selector).click()

    def type(self, selector: str, text: str) -> None:
        """Into a field."""
        self._element(selector).send_keys(text)

    def choose(self, selector: str, words: str) -> None:
        """An option of a select."""
        from selenium.webdriver.support.ui import Select

        Select(self._element(selector)).select_by_visible_text(words)

    def press(self, *keys: str) -> None:
        """Keys, at whatever has the focus: `TAB`, `ARROW_DOWN`, or characters."""
        from selenium.webdriver.common.action_chains import ActionChains
        from selenium.webdriver.common.keys import Keys

        actions = ActionChains(self._driver)
        for key in keys:
            actions.send_keys(getattr(Keys, key, key))
        actions.perform()

    @property
    def focused(self) -> str:
        """The id of what has the focus, else its class or its tag."""
        return str(
            self.run("const e = document.activeElement; return e.id || e.className || e.tagName")
        )

    def complaints(self) -> list[str]:
        """What went to the console since the page was opened: errors, refusals of the policy."""
        return [entry["message"] for entry in self._driver.get_log("browser")]

    def requests(self) -> list[str]:
        """The addresses that were asked for since the page was opened, but for the page."""
        events = [
            json.loads(entry["message"])["message"] for entry in self._driver.get_log("performance")
        ]
        urls = [
            str(event["params"]["request"]["url"])
            for event in events
            if event["method"] == "Network.requestWillBeSent"
        ]
        page = self._driver.current_url.partition("#")[0]
        return [url for url in urls if url.partition("#")[0] not in (page, "about:blank")]

    def close(self) -> None:
        """End it."""
        self._driver.quit()

    def _element(self, selector: str) -> Any:
        from selenium.webdriver.common.by import By
        from selenium.webdriver.support.expected_conditions import element_to_be_clickable
        from selenium.webdriver.support.ui import WebDriverWait

        found = WebDriverWait(self._driver, LIMIT_S, poll_frequency=0.05)
        return found.until(element_to_be_clickable((By.CSS_SELECTOR, selector)), selector)

    def _send(self, command: str, **parameters: Any) -> None:
        self._driver.execute_cdp_cmd(command, parameters)


def start(profile: Path) -> Browser:
    """A browser with an empty profile in that directory; skips where there is none."""
    webdriver = pytest.importorskip("selenium.webdriver", reason="selenium is not installed")
    chromium = _first(shutil.which, "chromium", "chromium-browser", "google-chrome")
    driver = _first(shutil.which, "chromedriver")
    if chromium is None or driver is None:
        pytest.skip("no chromium with its chromedriver on the PATH")
    options = webdriver.ChromeOptions()
    options.binary_location = chromium
    for flag in (*_FLAGS, f"--user-data-dir={profile}"):
        options.add_argument(flag)
    options.set_capability("goog:loggingPrefs", {"browser": "ALL", "performance": "ALL"})
    made = webdriver.Chrome(options=options, service=webdriver.ChromeService(driver))
    made.set_page_load_timeout(LIMIT_S)
    made.set_script_timeout(LIMIT_S)
    return Browser(made)


@contextmanager
def one_at_a_time(base: Path) -> Iterator[None]:
    """Among the processes of a run, whose base directories lie in one: browsers are heavy."""
    import fcntl  # there is a chromedriver from a package only where there is this

    with open(base.parent / "browser.lock", "ab") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        yield


def _first(find: Callable[[str], str | None], *names: str) -> str | None:
    return next(filter(None, map(find, names)), None)
