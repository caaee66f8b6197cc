"""Says how far a run is."""

import sys
from time import perf_counter

BEGUN = perf_counter()


def say(what: str) -> None:
    """Tell on the error stream, with the seconds since the start."""
    print(f"{perf_counter() - BEGUN:5.1f} s  {what}", file=sys.stderr, flush=True)
