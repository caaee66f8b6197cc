"""The table of a run."""

from .measure import Result

HEAD = ("page", "against", "CPU ms", "ratio", "goal", "", "median ms", "ratio", "p95/p50", "queries", "kB", "kB gzip")
NOTE = (
    "CPU and medians of requests that took turns in one process; the goal is for the ratio of CPU.\n"
    "Each pair of figures is ours / what it is held against. Milliseconds of two runs can't be compared, ratios can."
)


def table(results: list[Result]) -> str:
    """All results as lines of text."""
    lines = [HEAD, *(line(result) for result in results)]
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
    text = ["  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in lines]
    return "\n".join([*text, "", NOTE])


def line(result: Result) -> tuple[str, ...]:
    """One result."""
    ours, other = result.ours, result.against
    return (
        result.pair.page,
        result.pair.against.name,
        f"{ours.cpu:.1f} / {other.cpu:.1f}",
        f"{result.cpu_ratio:.2f}",
        f"<= {result.pair.goal}",
        "within" if result.is_within else "OVER",
        f"{ours.wall:.1f} / {other.wall:.1f}",
        f"{result.wall_ratio:.2f}",
        f"{ours.tail:.1f} / {other.tail:.1f}",
        f"{ours.queries} / {other.queries}",
        f"{ours.raw / 1000:.1f} / {other.raw / 1000:.1f}",
        f"{ours.sent / 1000:.1f} / {other.sent / 1000:.1f}",
    )
