"""Mails of ours: sent once all is committed, with links to the site by its configured address."""

import logging
from typing import Any

from allauth.account.adapter import get_adapter
from django.conf import settings
from django.db import transaction
from django.urls import reverse

logger = logging.getLogger(__name__)


def page_url(name: str, *args: Any) -> str:
    """The whole address of a page of this site: never by a Host header that a request brought."""
    return str(settings.BASE_URL) + reverse(name, args=args)


def mail_on_commit(template: str, to: str, **context: Any) -> None:
    """Mail this to this address once the transaction is committed, at once where there is none.

    What it tells of is done by then: a mail that can't be sent is logged, and breaks nothing.
    """
    transaction.on_commit(lambda: _send_or_log(template, to, context))


def mail_now(template: str, to: str, **context: Any) -> None:
    """Mail this to this address at once. Raises OSError, as smtplib does, where it can't be sent."""
    get_adapter().send_mail(template, to, context)


def _send_or_log(template: str, to: str, context: dict[str, Any]) -> None:
    try:
        mail_now(template, to, **context)
    except OSError:  # as smtplib raises; the log’s format leaves the words of the mail server out
        logger.exception("a mail was not sent: %s", template)
