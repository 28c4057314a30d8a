"""The page as a person sees it, in headless Chromium."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator

import pytest

from simulator.testing import Simulator, running
from tests.simulator.conftest import Api, document

selenium = pytest.importorskip("selenium", reason="the Python package selenium is missing (make setup installs it)")

from selenium import webdriver  # noqa: E402 (only where it is there)
from selenium.common.exceptions import (  # noqa: E402
    NoSuchElementException,
    StaleElementReferenceException,
)
from selenium.webdriver.common.by import By  # noqa: E402
from selenium.webdriver.common.keys import Keys  # noqa: E402
from selenium.webdriver.remote.webdriver import WebDriver  # noqa: E402
from selenium.webdriver.support.ui import WebDriverWait  # noqa: E402

BROWSER = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
DRIVER = shutil.which("chromedriver")
NEEDED = "Chromium and its driver are missing; on Debian: apt-get install chromium chromium-driver"

pytestmark = [
    pytest.mark.skipif(not (BROWSER and DRIVER), reason=NEEDED),
    pytest.mark.xdist_group("browser"),
]


@pytest.fixture(scope="module")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[webdriver.Chrome]:
    options = webdriver.ChromeOptions()
    options.binary_location = BROWSER or ""
    profile = tmp_path_factory.mktemp("profile")
    for argument in ("--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage"):
        options.add_argument(argument)
    options.add_argument(f"--user-data-dir={profile}")
    options.add_argument("--window-size=1280,1600")
    options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
    driver = webdriver.Chrome(options=options, service=webdriver.ChromeService(executable_path=DRIVER))
    yield driver
    driver.quit()


@pytest.fixture
def simulator() -> Iterator[Simulator]:
    with running(speed=200) as one:
        one.org.add_flow(document("Main line", queue="Sales"), user="Author")
        one.org.fault(path="organizations/me$", status=503)
        yield one


def text(browser: WebDriver) -> str:
    shown: str = browser.execute_script("return document.body ? document.body.innerText : ''")
    return shown


def until_shown(browser: WebDriver, words: str) -> None:
    WebDriverWait(browser, 20).until(lambda one: words in text(one), f"'{words}' never came")


def console(browser: webdriver.Chrome) -> list[dict[str, object]]:
    """Return what the browser said since the last time."""
    entries: list[dict[str, object]] = browser.get_log("browser")  # type: ignore[no-untyped-call]
    return entries


def until(browser: WebDriver, happened: Callable[[], bool]) -> None:
    WebDriverWait(browser, 20).until(lambda _: happened())


def press(browser: WebDriver, label: str) -> None:
    """Press a button; the page may put a fresh one in its place just before."""
    where = f"//button[starts-with(normalize-space(.), '{label}')]"
    patient = WebDriverWait(browser, 20, ignored_exceptions=[NoSuchElementException, StaleElementReferenceException])

    def pressed(one: WebDriver) -> bool:
        one.find_element(By.XPATH, where).click()
        return True

    patient.until(pressed)


def test_it_follows_what_happens_without_a_reload(browser: WebDriver, simulator: Simulator) -> None:
    browser.get(simulator.api)
    browser.execute_script("window.sameDocument = true")
    assert "Nobody has called yet." in text(browser)

    simulator.org.act("lock", "Main line", user="Supervisor")
    api = Api(simulator)
    api.call("GET", "organizations/me")
    api.http.close()

    until_shown(browser, "locked by Supervisor")
    until_shown(browser, "GET /api/v2/organizations/me")
    assert "503" in text(browser)
    assert browser.execute_script("return window.sameDocument") is True


def test_it_stays_as_it_is_when_that_is_wanted(browser: WebDriver, simulator: Simulator) -> None:
    browser.get(simulator.api)
    browser.find_element(By.ID, "live").click()
    before = browser.find_element(By.CSS_SELECTOR, "#clock ~ .code").text
    simulator.org.advance(7200)

    browser.execute_async_script("setTimeout(arguments[0], 2500)")

    assert browser.find_element(By.CSS_SELECTOR, "#clock ~ .code").text == before


def test_a_fault_is_switched_off_and_on(browser: WebDriver, simulator: Simulator) -> None:
    browser.get(simulator.api)

    press(browser, "Switch off")
    until(browser, lambda: not simulator.org.faults()[0].enabled)
    press(browser, "Switch on")
    until(browser, lambda: simulator.org.faults()[0].enabled)


def test_the_clock_is_frozen_moved_and_released(browser: WebDriver, simulator: Simulator) -> None:
    browser.get(simulator.api)

    press(browser, "Freeze")
    until_shown(browser, "stands still")
    frozen = simulator.org.now()
    press(browser, "Advance 60 s")
    until(browser, lambda: simulator.org.now() == pytest.approx(frozen + 60))
    press(browser, "Go on")
    until(browser, lambda: "stands still" not in text(browser))


def test_a_flow_leads_to_its_versions_and_back(browser: WebDriver, simulator: Simulator) -> None:
    browser.get(simulator.api)

    browser.find_element(By.ID, "live").click()
    browser.find_element(By.LINK_TEXT, "Main line").click()
    until_shown(browser, "transferToAcd")
    browser.find_element(By.PARTIAL_LINK_TEXT, "Back to").click()

    until(browser, lambda: browser.title == "Simulated organisation (simulated)")


def test_flows_are_found_by_name_with_the_keyboard_alone(browser: WebDriver, simulator: Simulator) -> None:
    simulator.org.add_flow(document("Other line"))
    browser.get(simulator.api)

    browser.find_element(By.ID, "q").send_keys("other", Keys.ENTER)

    until(browser, lambda: "q=other" in browser.current_url)
    until_shown(browser, "Other line")
    assert "Main line" not in text(browser)


def test_every_control_has_a_name_and_every_table_its_heads(browser: WebDriver, simulator: Simulator) -> None:
    browser.get(simulator.api)

    browser.find_element(By.ID, "live").click()
    controls = browser.find_elements(By.CSS_SELECTOR, "button, input, a")
    assert [one.get_attribute("outerHTML") for one in controls if not one.accessible_name] == []
    assert browser.find_elements(By.CSS_SELECTOR, "table:not(:has(thead th[scope=col]))") == []
    assert browser.find_elements(By.CSS_SELECTOR, "section:not([aria-labelledby])") == []
    names = [one.accessible_name for one in controls if one.tag_name == "button"]
    assert "Switch off answers 503" in names


def test_a_narrow_window_needs_no_sideways_scrolling(browser: WebDriver, simulator: Simulator) -> None:
    size = browser.get_window_size()
    browser.set_window_size(500, 900)
    browser.get(simulator.api)
    wide = browser.execute_script("return document.documentElement.scrollWidth > window.innerWidth")
    browser.set_window_size(size["width"], size["height"])

    assert wide is False


def test_nothing_is_refused_or_broken_on_the_console(browser: webdriver.Chrome, simulator: Simulator) -> None:
    console(browser)
    browser.get(simulator.api)
    browser.execute_async_script("setTimeout(arguments[0], 1500)")

    assert console(browser) == []
