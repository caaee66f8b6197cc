"""Who may see whose record: the one door, the links behind it, and the looks that it notes."""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .door import diaries_writable_by, open_record, patients_visible_to

__all__ = ["diaries_writable_by", "open_record", "patients_visible_to"]


def __getattr__(name: str) -> Any:
    """The door's functions, on first use: Django imports this package before models can be."""
    if name not in __all__:
        raise AttributeError(name)
    from . import door

    return getattr(door, name)
