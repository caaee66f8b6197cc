"""The picture of a course: what is drawn is what the table has, wherever and however it is looked at."""

import sys
from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal

import pytest
from playwright.sync_api import Page, Route, ViewportSize, expect

from ldnapp.people.models import Clinician, Patient
from tests import factories
from tracker import clock
from tracker.models import DiaryEntry, Dose
from tracker.symptoms import SYMPTOM_KEYS

from .conftest import DESKTOP, PHONE, Visit

DAYS, GAP = 70, range(20, 32)  # days back; nothing was written in the gap
EVIL = "</script><img src=x onerror=\"document.title='broken'\"><b>"
ZONES = ("Pacific/Auckland", "America/Los_Angeles", "Asia/Kolkata")
PAPER: ViewportSize = {"width": 718, "height": 1000}  # px: A4 within margins of 10 mm

# Notes where circles are drawn: what stands on the canvas, whatever the script says of itself.
WATCH_CIRCLES = """() => {
  const arc = CanvasRenderingContext2D.prototype.arc;
  window.circles = {};
  CanvasRenderingContext2D.prototype.arc = function (x, y, ...rest) {
    (window.circles[this.canvas.dataset.symptom] ??= new Set()).add(`${x.toFixed(2)} ${y.toFixed(2)}`);
    return arc.call(this, x, y, ...rest);
  };
}"""
ANSWERED = """() => [...document.querySelectorAll("#course-table thead th")].slice(1, -1).map(
  (_, column) => document.querySelectorAll(`#course-table tbody td:nth-child(${column + 2}):not(:empty)`).length)"""
AXES = """() => [...document.querySelectorAll("canvas")].map(canvas => {
  const { min, max } = Chart.getChart(canvas).scales.y;
  return [min, max];
})"""
LINE = "() => Chart.getChart(document.querySelector('canvas')).data.datasets[0].data"
LABELS = """() => [...document.querySelectorAll("canvas")].map(
  canvas => Chart.getChart(canvas).scales.x.ticks.map(tick => tick.label))"""
TOOLTIP = """() => {
  const chart = Chart.getChart(document.querySelector("canvas"));
  const { x, y } = chart.getDatasetMeta(1).data.at(-1).getProps(["x", "y"]);
  chart.tooltip.setActiveElements([{ datasetIndex: 1, index: chart.data.datasets[1].data.length - 1 }], { x, y });
  return chart.tooltip.title;
}"""
SCRIPT_TIME = "() => performance.getEntriesByName('course')[0].duration"


def score_of(back: int, place: int) -> int | None:
    """A score that goes through 0 to 10; four of five symptoms are left blank now and then."""
    return None if place < 4 and back % (5 + place) == 3 else (back * (3 + place)) % 11


def write_course(patient: Patient, days: int = DAYS, gap: range = GAP) -> None:
    """Days up to today with zeros, blanks and a gap, and a dose since a month ago."""
    today = clock.today(patient)
    entries, doses = [], []
    for back in range(days):
        if back in gap:
            continue
        day = today - timedelta(days=back)
        scores = {key: score_of(back, place) for place, key in enumerate(SYMPTOM_KEYS)}
        status = "taken" if back < 30 else ""
        entries.append(factories.DiaryEntryFactory.build(patient=patient, diary_date=day, dose_status=status, **scores))
        if status:
            doses.append(factories.DoseFactory.build(patient=patient, diary_date=day, amount_mg=Decimal("3.00")))
    DiaryEntry.objects.bulk_create(entries)
    Dose.objects.bulk_create(doses)


@pytest.fixture
def patient(patient: Patient) -> Patient:
    """A patient with ten weeks of diary."""
    write_course(patient)
    return patient


@pytest.fixture
def clinician(patient: Patient) -> Clinician:
    """That patient's prescriber."""
    clinician: Clinician = factories.ActiveLinkFactory(patient=patient).clinician
    factories.give_second_factor(clinician.user)
    return clinician


def drawn(page: Page) -> dict[str, int]:
    """How many dots each chart has drawn, by symptom; waits for them."""
    page.wait_for_function("() => document.documentElement.dataset.drawn")
    counts = page.evaluate("() => document.documentElement.dataset.drawn").split()
    return {name: int(points) for name, _, points in (count.partition(":") for count in counts)}


def answered(page: Page) -> dict[str, int]:
    """How many cells of the table hold an answer, by symptom."""
    return dict(zip(SYMPTOM_KEYS, page.evaluate(ANSWERED)[: len(SYMPTOM_KEYS)], strict=True))


@pytest.mark.parametrize("who", ["patient", "prescriber"])
def test_each_answered_day_is_one_dot(visit: Visit, patient: Patient, clinician: Clinician, who: str) -> None:
    """P75: as many as the table has, a score of 0 among them; counted on the canvas too."""
    visitor = visit(patient.user, PHONE) if who == "patient" else visit(clinician.user, DESKTOP)
    visitor.context.add_init_script(f"({WATCH_CIRCLES})()")
    page = visitor.open("/progress/" if who == "patient" else f"/clinic/patients/{patient.pk}/")
    assert drawn(page) == answered(page)
    assert sum(answered(page).values()) > DAYS
    assert page.evaluate("() => window.circles.pain.size") == answered(page)["pain"]


def test_every_axis_runs_from_0_to_10(visit: Visit) -> None:
    """Also where nobody's scores come near either end: small things must not look large."""
    calm = factories.PatientFactory()
    factories.write_days(calm, 9, scores=(4, 5, 6, 5, 4))
    page = visit(calm.user).open("/progress/?symptom=sleep")
    drawn(page)
    assert page.evaluate(AXES) == [[0, 10]] * len(SYMPTOM_KEYS)


def test_a_gap_stays_a_gap(visit: Visit, patient: Patient) -> None:
    """No dot and no line where nothing was written."""
    page = visit(patient.user).open("/progress/")
    drawn(page)
    blank = [point["x"] for point in page.evaluate(LINE) if point["y"] is None and point["x"] > 7]
    first_of_gap = DAYS - 1 - GAP[-1]
    assert set(range(first_of_gap, first_of_gap + len(GAP))) <= set(blank)
    assert page.evaluate("() => Chart.getChart(document.querySelector('canvas')).options.spanGaps") is False


def test_the_same_days_stand_under_the_chart_in_every_zone(visit: Visit, patient: Patient) -> None:
    """P76."""
    seen = []
    for zone in ZONES:
        page = visit(patient.user, timezone_id=zone).open("/progress/")
        drawn(page)
        seen.append((page.evaluate(LABELS), page.evaluate(TOOLTIP)))
    assert seen[0] == seen[1] == seen[2]
    newest = page.locator("#course-table time").first
    assert seen[0][1] == [newest.text_content()]


def choose(page: Page, symptom: str) -> None:
    page.get_by_role("navigation", name="Symptom").get_by_role("link", name=symptom).click()


@pytest.mark.parametrize("script", [True, False], ids=["script", "no script"])
def test_the_picker_works_with_back_and_without_script(visit: Visit, patient: Patient, script: bool) -> None:
    page = visit(patient.user, java_script_enabled=script).open("/progress/")
    large = page.get_by_role("heading", level=2).first
    expect(large).to_contain_text("Pain, day by day")
    choose(page, "Sleep")
    expect(large).to_contain_text("Sleep, day by day")
    if script:
        assert next(iter(drawn(page))) == "sleep"
    page.go_back()
    expect(large).to_contain_text("Pain, day by day")


def test_without_script_the_table_is_open_and_says_why(visit: Visit, patient: Patient) -> None:
    page = visit(patient.user, java_script_enabled=False).open("/progress/")
    expect(page.get_by_text("The chart needs JavaScript")).to_be_visible()
    expect(page.locator("#course-table tbody tr")).to_have_count(DAYS - len(GAP))
    expect(page.get_by_role("cell", name="3.0 mg").first).to_be_visible()


def with_record(other: str, patient: Patient) -> Callable[[Route], None]:
    """Answers with the page as if its numbers were another record's."""

    def answer(route: Route) -> None:
        response = route.fetch()
        payload = f'"record": "{patient.pk}"'
        assert payload in response.text()
        route.fulfill(response=response, body=response.text().replace(payload, f'"record": "{other}"'))

    return answer


def test_another_records_numbers_are_not_drawn(visit: Visit, patient: Patient, clinician: Clinician) -> None:
    """P11: the page says whose it is, the numbers say whose they are, and the script compares."""
    desk = visit(clinician.user, PHONE)
    desk.page.route("**/clinic/patients/**", with_record("00000000-0000-4000-8000-000000000000", patient))
    page = desk.open(f"/clinic/patients/{patient.pk}/")
    expect(page.get_by_text("The chart needs JavaScript")).to_be_visible()
    assert page.evaluate("() => [document.documentElement.dataset.drawn, Chart.getChart('canvas')]") == [None, None]
    expect(page.locator("#course-table")).to_be_visible()
    assert desk.complaints == ["The chart's numbers are not this record's."]


def test_markup_in_names_and_notes_is_text(visit: Visit, patient: Patient, clinician: Clinician) -> None:
    """T26."""
    Patient.objects.update(name=EVIL)
    Clinician.objects.update(name=EVIL)
    factories.write_day(patient, clock.today(patient) - timedelta(days=DAYS), note=EVIL)
    phone, desk = visit(patient.user), visit(clinician.user, DESKTOP)
    for visitor, paths in (
        (phone, ("/progress/", "/sharing/", "/sharing/end/", f"/diary/{clock.today(patient) - timedelta(days=DAYS)}/")),
        (desk, ("/clinic/", f"/clinic/patients/{patient.pk}/")),
    ):
        for path in paths:
            page = visitor.open(path)
            assert EVIL in page.locator("body").inner_text()
            assert page.title() != "broken"
            assert page.locator("img").count() == 0
        assert not visitor.complaints
    drawn(desk.page)


def test_ten_years_are_drawn(visit: Visit, patient: Patient, capsys: pytest.CaptureFixture[str]) -> None:
    """Says how long the script took for the year and for the ten; speed itself is measured by `make bench`."""
    DiaryEntry.objects.filter(patient=patient).delete()
    Dose.objects.filter(patient=patient).delete()
    write_course(patient, 3650)
    phone = visit(patient.user)
    times = {}
    for days in (365, 3650):
        page = phone.open(f"/progress/?days={days}")
        assert drawn(page)["pain"] == answered(page)["pain"]
        times[days] = page.evaluate(SCRIPT_TIME)
    assert answered(page)["pain"] > 2500
    assert not phone.complaints
    with capsys.disabled():
        sys.stdout.write(f"\n  course script: {times[365]:.0f} ms for a year (cold), {times[3650]:.0f} ms for ten\n")


INKS = """() => [...document.querySelectorAll("canvas")].every(canvas => {
  const pixels = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height).data;
  for (let place = 0; place < pixels.length; place += 4) {
    if (Math.max(...pixels.slice(place, place + 3)) - Math.min(...pixels.slice(place, place + 3)) > 2) return false;
  }
  return true;
})"""
WIDTHS = "() => [...document.querySelectorAll('canvas')].map(canvas => canvas.getBoundingClientRect().width)"


def test_paper_gets_the_whole_chart_in_black(visit: Visit, patient: Patient) -> None:
    """A canvas keeps its screen colours and is cut off at screen width, unless it is drawn anew."""
    page = visit(patient.user, DESKTOP, color_scheme="dark").open("/progress/")
    drawn(page)
    on_screen = page.evaluate(WIDTHS)
    page.evaluate("() => addEventListener('beforeprint', () => { document.body.dataset.printed = 'yes'; })")
    page.pdf()
    assert page.evaluate("() => document.body.dataset.printed") == "yes"
    assert page.evaluate(WIDTHS) == on_screen
    page.emulate_media(media="print")
    page.set_viewport_size(PAPER)
    page.evaluate("() => dispatchEvent(new Event('beforeprint'))")
    assert page.evaluate(INKS)
    for right in page.evaluate(
        "() => [...document.querySelectorAll('canvas')].map(c => c.getBoundingClientRect().right)"
    ):
        assert right <= PAPER["width"]
    assert page.evaluate("() => document.documentElement.scrollWidth") <= PAPER["width"]
