"""Medical sentences: each from the claims file, with a source and a review that is not too old."""

from datetime import date, timedelta

import pytest
from django.conf import settings as site
from django.core.checks import run_checks
from django.template import Context, Template
from django.test import Client, override_settings

from tracker import claims
from tracker.claims import claim
from tracker.evidence import QUESTIONS, SECTIONS, TRIALS
from tracker.help_lines import COUNTRIES, country_of, ordered
from tracker.safety import RULES
from tracker.safety_questions import SAID

REVIEWED = max(each.reviewed for each in claims.claims().values())


def test_every_claim_has_a_source_a_review_and_a_place() -> None:
    """P63, H13."""
    for each in claims.claims().values():
        assert each.text.strip() == each.text
        assert each.source
        assert each.used_on, each.key


def test_no_claim_is_past_its_review_on_the_day_of_the_last_one_and_all_are_a_year_later() -> None:
    """H13: twelve months to the day."""
    oldest = min(each.reviewed for each in claims.claims().values())
    due = oldest.replace(year=oldest.year + 1)
    assert claims.past_review(REVIEWED) == []
    assert claims.past_review(due - timedelta(days=1)) == []
    assert claims.past_review(due)
    assert set(claims.past_review(REVIEWED.replace(year=REVIEWED.year + 1))) == set(claims.claims())


def test_every_claim_that_code_names_exists() -> None:
    named = {key for _, _, keys in SECTIONS for key in keys} | {each.found for each in TRIALS} | set(QUESTIONS)
    named |= {key for rule in RULES for key in rule.claims} | {key for _, _, keys in SAID for key in keys}
    assert all(claim(key) for key in named)
    with pytest.raises(KeyError):
        claim("no-such-claim")


@pytest.mark.parametrize(("is_demo", "says_so"), [(True, True), (False, False)])
def test_a_demo_says_which_claim_no_clinician_has_confirmed(is_demo: bool, says_so: bool) -> None:
    with override_settings(DEMO=is_demo):
        shown = Template("{% load claims %}{% claim 'op-after' %}|{% claim 'op-why' %}").render(Context())
    first, second = shown.split("|")
    assert (claims.UNCONFIRMED in first) is says_so
    assert claims.UNCONFIRMED not in second


def test_a_real_site_is_told_while_a_claim_is_unconfirmed_or_too_old() -> None:
    """P63: `check --deploy` fails; the ids are named, and when the last is confirmed it is silent."""
    found = {str(each.id): each.msg for each in run_checks(include_deployment_checks=True) if "ldn." in str(each.id)}
    assert set(found) == {"ldn.E001"}
    assert all(key in found["ldn.E001"] for key in claims.unconfirmed())
    assert [each for each in run_checks() if "ldn." in str(each.id)] == []


def test_help_lines_of_every_country_are_there_and_ones_own_come_first() -> None:
    assert ordered("AU")[0].name == "Australia"
    assert len(ordered("AU")) == len(COUNTRIES)
    assert country_of("GB").emergency is not None
    assert country_of("DE").name == "European Union"
    assert country_of("ZZ").name == "Anywhere else"
    assert all(line.dial.split(":")[0] in {"tel", "sms"} for each in COUNTRIES for line in each.lines)


@pytest.mark.django_db
def test_the_page_of_help_lines_is_for_anyone() -> None:
    """CLINICAL.md §6.2: every number."""
    page = Client().get("/help-now/").content.decode()
    for number in ("999", "111", "116 123", "85258", "0808 808 8000", "112", "911", "988", "000", "13 11 14"):
        assert number in page
    assert page.index("United Kingdom") < page.index("Australia")
    assert "set-cookie" not in {name.lower() for name in Client().get("/help-now/").headers}


@pytest.mark.django_db
def test_the_page_about_the_medicine_has_every_trial_with_both_figures_and_opioids_before_the_question() -> None:
    """CLINICAL.md §1.4: never the fall on the medicine without the dummy pill's."""
    page = Client().get("/about-ldn/").content.decode()
    for figure in ("28.8", "18", "1.3", "0.9", "0.33", "0.64"):
        assert figure in page
    assert page.index("Opioids and LDN") < page.index("Is it for me?")
    assert all(word not in page.lower() for word in ("miracle", "proven", "boost", "detox"))
    questions = Client().get("/about-ldn/questions/").content.decode()
    assert questions.count("<li>") == len(QUESTIONS)
    assert site.CLINICAL_RULES
    assert date(2026, 11, 24) <= REVIEWED
