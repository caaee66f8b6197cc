"""Fills a database, measures every page and prints the ratios."""

from django.core.management import call_command

from . import report
from .data import made_caseload, made_people
from .database import own_database, twin_database
from .floor import Person, PersonDay
from .measure import Result, measured
from .pages import Pages
from .progress import say


def run(only: str, seconds: float, rounds: int | None) -> None:
    """Measure the pages whose name holds ``only``; Ctrl-C ends it with what there is."""
    results: list[Result] = []
    try:
        with own_database(Person, PersonDay):
            measure_all(results, only, seconds, rounds)
    except KeyboardInterrupt:
        say("stopped")
    if results:
        print(report.table(results))


def measure_all(results: list[Result], only: str, seconds: float, rounds: int | None) -> None:
    """Fill the database and add a result a page."""
    say("collecting static files")
    call_command("collectstatic", verbosity=0, interactive=False)
    say("making one patient and one other")
    cast = made_people()
    pages = Pages(cast)  # signed in before the copy is made, so in both
    with twin_database() as twin:
        say("making a caseload of 500 with three years each")
        made_caseload(cast)
        for pair in pages.pairs(twin):
            if only in pair.page:
                say(f"{pair.page}: ours and {pair.against.name} in turns")
                results.append(measured(pair, seconds, rounds))
