"""Log lines that name nobody: what happened and where in the code, never with whose data."""

import logging
import re
import traceback
from types import TracebackType

ID_IN_PATH = re.compile(
    r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}|\d{4}-\d{2}-\d{2}|/reset/key/[^\s/]+|(?<=/invited/)\S+",
    re.IGNORECASE,
)
QUERY = re.compile(r"\?\S*")


class PrivateFormatter(logging.Formatter):
    """Masks ids, dates and queries of paths; a traceback has places and the kind of error, not its message.

    An error's message can quote the row that was refused, and with it a name, a score or a note.
    """

    def __init__(self) -> None:
        super().__init__("%(asctime)s %(levelname)s %(name)s %(message)s")

    def formatMessage(self, record: logging.LogRecord) -> str:
        record.message = QUERY.sub("", ID_IN_PATH.sub("…", record.message))
        return super().formatMessage(record)

    def formatException(
        self, ei: tuple[type[BaseException], BaseException, TracebackType | None] | tuple[None, None, None]
    ) -> str:
        kind, _, frames = ei
        places = "".join(traceback.format_list([self._place(frame) for frame in traceback.extract_tb(frames)]))
        return f"{places}{kind.__name__ if kind else ''}"

    @staticmethod
    def _place(frame: traceback.FrameSummary) -> traceback.FrameSummary:
        return traceback.FrameSummary(frame.filename, frame.lineno, frame.name, lookup_line=True)
