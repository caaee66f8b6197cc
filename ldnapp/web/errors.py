"""The pages of a request's fault: kind, plain, and silent about everybody."""

import sys

from django.core.exceptions import RequestDataTooBig
from django.db import OperationalError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import get_template
from django.urls import Resolver404, resolve


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """400; 413 where the body was larger than a form can be."""
    if isinstance(exception, RequestDataTooBig):
        return render(request, "413.html", status=413)
    return render(request, "400.html", status=400)


def server_error(request: HttpRequest) -> HttpResponse:
    """500; 503 where the database can't be reached. Neither page needs the database or says what happened."""
    status = 503 if isinstance(sys.exc_info()[1], OperationalError) else 500
    return HttpResponse(get_template(f"{status}.html").render(), status=status)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """The page had been open for too long. A form of ours is shown once more with what was typed."""
    try:
        match = resolve(request.path_info)
    except Resolver404:
        match = None
    stale = getattr(match.func, "stale", None) if match else None
    shown = stale(request, *match.args, **match.kwargs) if match and stale else None
    return shown or render(request, "403_csrf.html", status=403)
