"""What every page must be, whoever opens it: each check gives the faults that it found, in words."""

import re
from typing import Literal

from playwright.sync_api import Page, TimeoutError

from .conftest import violations

TAP = 44  # px
SETTLING = 1000  # ms
THEMES: tuple[Literal["light", "dark"], ...] = ("light", "dark")
CONTROLS = "link|button|textbox|searchbox|radio|checkbox|combobox|listbox|option|slider|spinbutton|switch|tab|img"
NAMELESS = re.compile(rf"^\s*- (?:{CONTROLS})(?: \[[^\]]+\])*:?$")
STANDARD_TEXT = {"standard": 16, "fixed": 13}  # px, the browser's own

# Whether a finger that lands just inside a square of this size around the middle hits the thing itself (or its
# label), wherever the page is scrolled to. Left out: what can't be seen, and links inside a sentence.
SMALL_TARGETS = """size => {
  const reach = size / 2 - 1; // boxes snap to whole pixels
  const isInSentence = link => [...link.parentElement.childNodes].some(
    node => node.nodeType === Node.TEXT_NODE && node.textContent.trim().length > 1);
  const isShown = control => {
    const { left, width, height } = control.getBoundingClientRect();
    return width > 1 && height > 1 && left >= 0 && control.checkVisibility({ visibilityProperty: true });
  };
  const isHit = (control, x, y) => {
    const hit = document.elementFromPoint(x, y);
    return hit !== null && (control.contains(hit) || hit.closest("label")?.control === control);
  };
  const isLarge = (control, block) => {
    if (block) control.scrollIntoView({ block, behavior: "instant" });
    const area = control.matches("[type=radio], [type=checkbox]") && control.labels[0] || control;
    const { left, top, width, height } = area.getBoundingClientRect();
    const [x, y] = [left + width / 2, top + height / 2];
    return [[-reach, 0], [reach, 0], [0, -reach], [0, reach]].every(([dx, dy]) => isHit(control, x + dx, y + dy));
  };
  return [...document.querySelectorAll("a[href], button, input:not([type=hidden]), select, textarea, summary")]
    .filter(control => !control.matches(".skip") && !(control.matches("a") && isInSentence(control)))
    .filter(control => isShown(control) && !["", "center", "start"].some(block => isLarge(control, block)))
    .map(control => control.outerHTML.slice(0, 90));
}"""

MOVING = """allowed => {
  const lasts = times => times.split(",").some(time => parseFloat(time) > 0.001);
  const moves = style => lasts(style.transitionDuration)
    || style.animationName !== "none" || style.scrollBehavior === "smooth";
  return [...document.querySelectorAll("*")]
    .filter(each => !(allowed && each.matches(allowed)) && moves(getComputedStyle(each)))
    .map(each => each.outerHTML.slice(0, 60));
}"""
WIDTH = "() => document.documentElement.scrollWidth"
FITS = "() => document.documentElement.scrollWidth <= screen.width"
MAY_MOVE = ".chev, .chart-wait"  # an arrow that turns as its part opens; words that wait for 4 s before they show


def findings_of_axe(page: Page) -> list[str]:
    """All rules on, in light and in dark; without motion, so that no colour is on its way to another."""
    found = []
    for theme in THEMES:
        page.emulate_media(color_scheme=theme, reduced_motion="reduce")
        found += [f"axe, {theme}: {fault}" for fault in violations(page)]
    page.emulate_media(color_scheme="light", reduced_motion="no-preference")
    return found


def nameless_controls(page: Page) -> list[str]:
    """Controls and pictures that a screen reader can't name."""
    lines = page.locator("body").aria_snapshot().splitlines()
    return [f"without a name:{line}" for line in lines if NAMELESS.match(line)]


def small_targets(page: Page) -> list[str]:
    """What is hard to hit with a thumb; looked at twice, since charts take a moment to follow their box."""
    found = page.evaluate(SMALL_TARGETS, TAP)
    if found:
        page.wait_for_timeout(SETTLING)
        found = page.evaluate(SMALL_TARGETS, TAP)
    page.evaluate("() => window.scrollTo(0, 0)")
    return [f"smaller than {TAP} px: {control}" for control in found]


def sideways(page: Page) -> list[str]:
    """Pages that are wider than a narrow phone, or than a phone whose owner has doubled the text."""
    size = page.viewport_size
    assert size is not None
    page.set_viewport_size({"width": 320, "height": size["height"]})
    found = _too_wide(page, "at 320 px")
    page.set_viewport_size(size)
    browser = page.context.new_cdp_session(page)
    browser.send("Page.setFontSizes", {"fontSizes": {name: 2 * text for name, text in STANDARD_TEXT.items()}})
    assert page.evaluate("() => parseFloat(getComputedStyle(document.documentElement).fontSize)") == 32
    found += _too_wide(page, f"at {size['width']} px with doubled text")
    browser.send("Page.setFontSizes", {"fontSizes": STANDARD_TEXT})
    browser.detach()
    return found


def _too_wide(page: Page, when: str) -> list[str]:
    """Charts take a moment to follow their box."""
    try:
        page.wait_for_function(FITS, timeout=1000)
    except TimeoutError:
        return [f"{page.evaluate(WIDTH)} px wide {when}"]
    return []


def movements(page: Page) -> list[str]:
    """What moves beside the one thing that may, and what moves although the person asked for less motion."""
    found = [f"moves: {each}" for each in page.evaluate(MOVING, MAY_MOVE)]
    page.emulate_media(reduced_motion="reduce")
    found += [f"moves against the wish: {each}" for each in page.evaluate(MOVING, "")]
    page.emulate_media(reduced_motion="no-preference")
    return found
