"""A thumb on a phone: counts its taps, and taps only what can be seen and reached without scrolling."""

from playwright.sync_api import Locator, Page

REACHES = """(target, [x, y]) => {
  const hit = document.elementFromPoint(x, y);
  return hit !== null && (target.contains(hit) || (hit.closest("label")?.contains(target) ?? false));
}"""


class Thumb:
    """Taps where the thing is; a thing that is below the fold or covered is not there for it."""

    def __init__(self, page: Page) -> None:
        self.page, self.taps = page, 0

    def tap(self, target: Locator) -> None:
        """One real touch in the middle of it, on a page that no tap before has moved."""
        target.wait_for()
        assert self.page.evaluate("() => window.scrollY") == 0, f"the page has moved before {target}"
        box, size = target.bounding_box(), self.page.viewport_size
        assert box is not None
        assert size is not None
        x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
        assert 0 <= x < size["width"], f"{target} is beside the screen"
        assert 0 <= y < size["height"], f"{target} is off the screen"
        assert target.evaluate(REACHES, [x, y]), f"{target} is covered"
        self.page.touchscreen.tap(x, y)
        self.taps += 1
