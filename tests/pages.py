"""Reading our pages as a browser does: what a form would send, and what a table says."""

import json
from html.parser import HTMLParser
from typing import Any

VOID = {"input", "meta", "link", "br", "hr", "img", "path", "circle", "rect"}


class Form(HTMLParser):
    """The fields that a form would send as it stands; no JavaScript runs."""

    def __init__(self, form_id: str) -> None:
        super().__init__()
        self.form_id = form_id
        self.sent: dict[str, str] = {}
        self.is_inside = False
        self.textarea = self.select = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        said = {name: value or "" for name, value in attrs}
        if tag == "form":
            self.is_inside = self.form_id in (said.get("id", ""), said.get("class", "").split(" ")[0])
        if not self.is_inside:
            return
        if tag == "input" and (said.get("type") not in {"radio", "checkbox", "submit"} or "checked" in said):
            self.sent[said["name"]] = said.get("value", "on" if said.get("type") == "checkbox" else "")
        elif tag == "textarea":
            self.textarea, self.sent[said["name"]] = said["name"], ""
        elif tag == "select":
            self.select = said["name"]
        elif tag == "option" and ("selected" in said or self.select not in self.sent):
            self.sent[self.select] = said["value"]

    def handle_data(self, data: str) -> None:
        if self.textarea:
            self.sent[self.textarea] += data

    def handle_endtag(self, tag: str) -> None:
        if tag == "textarea":
            self.sent[self.textarea] = self.sent[self.textarea].removeprefix("\n")  # browsers drop the first one
            self.textarea = ""
        elif tag == "form":
            self.is_inside = False


class Part(HTMLParser):
    """The element of this id: its words, and where it is a table its rows of (times, cells)."""

    def __init__(self, element_id: str) -> None:
        super().__init__()
        self.element_id = element_id
        self.depth = 0
        self.is_in_cell = False
        self.words = ""
        self.rows: list[list[str]] = []
        self.times: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in VOID:
            return
        if self.depth or dict(attrs).get("id") == self.element_id:
            self.depth += 1
        if not self.depth:
            return
        self.words += " "
        if tag == "tr":
            self.rows.append([])
        elif tag in {"td", "th"}:
            self.rows[-1].append("")
            self.is_in_cell = True
        elif tag == "time":
            self.times.append(dict(attrs)["datetime"] or "")

    def handle_endtag(self, tag: str) -> None:
        if self.depth and tag not in VOID:
            self.depth -= 1
        if tag in {"td", "th"}:
            self.is_in_cell = False

    def handle_data(self, data: str) -> None:
        if self.depth:
            self.words += data
            if self.is_in_cell:
                self.rows[-1][-1] += data


def form_of(response: Any, form_id: str = "diary-form") -> dict[str, str]:
    """What this page's form (named by its id or its first class) would send as it stands."""
    parser = Form(form_id)
    parser.feed(response.content.decode())
    assert parser.sent, f"no form {form_id} on this page"
    return parser.sent


def part_of(response: Any, element_id: str) -> Part:
    """The element of this id; empty where the page has none."""
    parser = Part(element_id)
    parser.feed(response.content.decode())
    return parser


def words_of(response: Any, element_id: str = "main") -> str:
    """The words of one part of a page, blanks joined."""
    return " ".join(part_of(response, element_id).words.split())


def course_payload(response: Any) -> dict[str, Any]:
    """The payload of a course page's chart."""
    payload: dict[str, Any] = json.loads(part_of(response, "course-data").words)
    return payload


def course_table(response: Any) -> dict[str, list[str]]:
    """The table twin of a course page: date -> the cells after the date, in the order of the page."""
    table = part_of(response, "course-table")
    return dict(zip(table.times, (row[1:] for row in table.rows[1:]), strict=True))
