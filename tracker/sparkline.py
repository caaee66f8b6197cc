"""A tiny line for a list, drawn on the server so that five hundred of them need no script."""

from collections.abc import Iterable, Sequence
from datetime import date
from math import ceil
from typing import NamedTuple

from tracker import progress
from tracker.charts import day_words
from tracker.progress import LINE_DAYS, Mean
from tracker.symptoms import WORST

# Half pixels of a box of 160 x 38.
SPARK_WIDTH, SPARK_HEIGHT, SPARK_MARGIN = 320, 76, 6
SPARK_POINTS = 80


class Sparkline(NamedTuple):
    """A tiny line for a list: SVG path data, where it ends, and what it shows in words."""

    path: str  # empty where too few days are answered for a line
    end: tuple[int, int] | None
    words: str


def sparkline(pairs: Iterable[tuple[date, int | None]], first_day: date, last_day: date) -> Sparkline:
    """The line of 7-day means from first_day to last_day on an axis that is always 0-10.

    A long range is thinned to 80 points. A gap of two days or more breaks the line.
    """
    scores: list[int | None] = [None] * ((last_day - first_day).days + 1)
    for day, score in pairs:
        if first_day <= day <= last_day:
            scores[(day - first_day).days] = score
    means = progress.week_means(scores)
    points = _thinned(means)
    drawn = [mean for mean in means if mean is not None]
    if not drawn:
        return Sparkline("", None, "not enough days for a line")
    low, high = Mean(min(drawn) / 100, LINE_DAYS).text, Mean(max(drawn) / 100, LINE_DAYS).text
    words = f"mean of 7 days, {day_words(first_day)} to {day_words(last_day)}: between {low} and {high}"
    return Sparkline(_path(points), next(point for point in reversed(points) if point), words)


def _thinned(means: Sequence[int | None]) -> list[tuple[int, int] | None]:
    """At most 80 points, each the last mean of its stretch of days; None where the whole stretch has none."""
    stretch = ceil(len(means) / SPARK_POINTS)
    width, height = SPARK_WIDTH - 2 * SPARK_MARGIN, SPARK_HEIGHT - 2 * SPARK_MARGIN
    scale = max(len(means) - 1, 1)
    points: list[tuple[int, int] | None] = []
    for begin in range(0, len(means), stretch):
        for day in range(min(begin + stretch, len(means)) - 1, begin - 1, -1):
            if (mean := means[day]) is not None:
                y = SPARK_MARGIN + height - mean * height // (100 * WORST)
                points.append((SPARK_MARGIN + day * width // scale, y))
                break
        else:
            points.append(None)
    return points


def _path(points: Sequence[tuple[int, int] | None]) -> str:
    """SVG path data: a subpath for each run of points; a lone point becomes a dash that can be seen."""
    path, is_down = [], False
    for place, point in enumerate(points):
        if point is None:
            is_down = False
            continue
        following = points[place + 1] if place + 1 < len(points) else None
        path.append(f"{'L' if is_down else 'M'}{point[0]} {point[1]}")
        if not is_down and following is None:
            path.append("h2")
        is_down = True
    return "".join(path)
