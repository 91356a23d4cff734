"""What is wrong with a page as it is shown: accessibility faults (axe), and what is too wide."""

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

SCREENS = [(320, "light"), (320, "dark"), (1280, "light"), (1280, "dark")]
AXE = Axe()
# axe would fetch style sheets once more, in a way that the admin's CSP refuses.
OPTIONS = {"preload": False, "resultTypes": ["violations"]}


def show(page: Page, width: int, scheme: str) -> None:
    """Look at the page on another screen, without loading it again."""
    page.set_viewport_size({"width": width, "height": 900})
    page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]


def faults_of(page: Page, name: str) -> list[str]:
    """What is wrong with the page as it is shown now, in one line each."""
    found = [
        f"{name}: {violation['id']} on {node['target']}"
        for violation in AXE.run(page, options=OPTIONS).response["violations"]
        for node in violation["nodes"]
    ]
    wide = page.evaluate(
        "document.scrollingElement.scrollWidth - document.scrollingElement.clientWidth"
    )
    if wide > 0:
        found.append(f"{name}: {wide} px too wide")
    return found


def faults_on(page: Page, name: str, screens: list[tuple[int, str]] = SCREENS) -> list[str]:
    """The same on each of ``screens``, in the state in which the page is."""
    found = []
    for width, scheme in screens:
        show(page, width, scheme)
        found += faults_of(page, f"{name} at {width} px, {scheme}")
    return found
