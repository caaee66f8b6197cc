"""How an e-mail address is kept and looked for."""

import re
from collections.abc import Iterable


def normalised(address: str) -> str:
    """This address without spaces around it, in lower case: people don't remember the case they typed."""
    return address.strip().lower()


def mentions(text: str, addresses: Iterable[str]) -> bool:
    """Whether one of these stands in a text, whole: joann@… does not mention ann@…, nor ann@….uk one at …."""
    return any(re.search(rf"(?<![\w.+'-]){re.escape(each)}(?![\w-]|\.\w)", text, re.IGNORECASE) for each in addresses)
