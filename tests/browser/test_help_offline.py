"""The help lines without a connection: the page as nobody sees it, and no other."""

from playwright.sync_api import expect

from ldnapp.people.models import Patient

from .conftest import Visit


def test_the_help_lines_open_without_a_connection_and_nothing_else_does(visit: Visit, patient: Patient) -> None:
    """H18, P9: kept on the first visit of any page; it holds nothing of who is signed in."""
    Patient.objects.filter(pk=patient.pk).update(country="AU")
    visitor = visit(patient.user)
    page = visitor.open("/diary/")
    page.wait_for_function("() => caches.has('help-now')")
    page.goto(f"{visitor.base}/help-now/")
    page.evaluate("() => navigator.serviceWorker.ready.then(() => true)")
    kept = page.evaluate("() => caches.open('help-now').then(store => store.keys()).then(all => all.map(r => r.url))")
    assert [url for url in kept if not url.endswith(".css")] == [f"{visitor.base}/help-now/"]
    assert "Australia" in page.locator("main h2").first.inner_text()
    visitor.context.set_offline(True)
    page.reload()
    expect(page.get_by_role("heading", name="Get help now")).to_be_visible()
    assert "United Kingdom" in page.locator("main h2").first.inner_text()
    assert page.evaluate("() => getComputedStyle(document.querySelector('.card-x')).borderRadius") != "0px"
    assert patient.name not in page.content()
    assert page.evaluate("() => fetch('/diary/').then(() => 'shown', () => 'refused')") == "refused"
    visitor.context.set_offline(False)
