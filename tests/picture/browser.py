"""A headless Chromium for the tests of pages, and what is asked of it."""

import json
import os
import shutil
import time
from urllib.parse import quote

import pytest

NEEDED = "ARCHCALC_NEEDS_BROWSER"
"""Where this is set, as in .ci/run, a missing Chromium is a failure."""


def start(width=1400, height=1000, scripts=True, dark=False):
    """A browser; the test is skipped where there is none, unless one must be there."""
    binary, driver = shutil.which("chromium"), shutil.which("chromedriver")
    if binary is None or driver is None:
        if os.environ.get(NEEDED):
            pytest.fail("there is no chromium and chromedriver (Debian: apt-get install chromium chromium-driver)")
        pytest.skip("there is no chromium and chromedriver")
    from selenium import webdriver
    from selenium.webdriver.chrome.service import Service

    options = webdriver.ChromeOptions()
    options.binary_location = binary
    for flag in ("--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--hide-scrollbars"):
        options.add_argument(flag)
    options.add_argument(f"--window-size={width},{height}")
    if not scripts:
        options.add_experimental_option("prefs", {"profile.managed_default_content_settings.javascript": 2})
    options.set_capability("goog:loggingPrefs", {"browser": "ALL", "performance": "ALL"})
    found = webdriver.Chrome(options=options, service=Service(driver))
    found.set_window_size(width, height)
    if dark:
        media = {"features": [{"name": "prefers-color-scheme", "value": "dark"}]}
        found.execute_cdp_cmd("Emulation.setEmulatedMedia", media)
    return found


def show(browser, path):
    """Open a page and wait until it is ready."""
    browser.get_log("browser")
    browser.get_log("performance")
    browser.get(f"file://{quote(str(path))}")
    wait(browser, "return document.documentElement.dataset.ready === 'true'")


def wait(browser, script, seconds=20.0):
    """Wait until a script says true."""
    end = time.monotonic() + seconds
    while not browser.execute_script(script):
        assert time.monotonic() < end, f"still not true: {script}"
        time.sleep(0.02)


def complaints(browser):
    """What the console says."""
    return [entry["message"] for entry in browser.get_log("browser")]


def requests(browser):
    """The addresses that were asked for since the page was opened."""
    events = [json.loads(entry["message"])["message"] for entry in browser.get_log("performance")]
    return [event["params"]["request"]["url"] for event in events if event["method"] == "Network.requestWillBeSent"]
