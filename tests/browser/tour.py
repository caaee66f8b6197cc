"""A tour of the site in one browser, which looks at every page in light and dark, on a phone and at a desk."""

from playwright.sync_api import ViewportSize, expect

from .conftest import Visitor
from .looks import findings_of_axe, movements, nameless_controls, sideways, small_targets

PHONE_SIZE: ViewportSize = {"width": 390, "height": 844}
DESK_SIZE: ViewportSize = {"width": 1440, "height": 900}


class Tour:
    """Goes from page to page and notes every fault that it meets."""

    def __init__(self, visitor: Visitor, *, is_for_thumbs: bool = True) -> None:
        self.visitor, self.page, self.is_for_thumbs = visitor, visitor.page, is_for_thumbs
        self.faults: list[str] = []

    def open(self, *paths: str) -> None:
        """Go to each of these pages and look at it."""
        for path in paths:
            self.visitor.open(path)
            assert self.page.url == self.visitor.base + path
            self._look(path)

    def look(self, words: str) -> None:
        """Look at the page as it is now, which shows these words. It stays as it is."""
        expect(self.page.get_by_text(words).filter(visible=True).first).to_be_visible()
        self._look(f"“{words}”")

    def _look(self, name: str) -> None:
        """On a phone first, then at a desk."""
        found = [*nameless_controls(self.page), *sideways(self.page), *movements(self.page)]
        if self.is_for_thumbs:
            found += small_targets(self.page)
        found += findings_of_axe(self.page)
        self.page.set_viewport_size(DESK_SIZE)
        found += findings_of_axe(self.page)
        self.page.set_viewport_size(PHONE_SIZE)
        self.faults += [f"{name}: {fault}" for fault in dict.fromkeys(found)]

    def press(self, button: str) -> None:
        """Press the button of this name, and wait for the page that it leads to."""
        with self.page.expect_navigation():
            self.page.get_by_role("button", name=button, exact=True).click()

    def end(self) -> None:
        """No page had a fault, and the console was silent."""
        assert not self.faults, "\n".join(self.faults)
        assert not self.visitor.complaints
