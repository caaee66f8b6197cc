"""Home, and whether the site is well."""

from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from ldnapp.access.audience import ANYONE, audience
from ldnapp.people.models import Role

HOME_OF = {Role.PATIENT: "tracker:diary_today", Role.CLINICIAN: "clinician:caseload", Role.ADMIN: "admin:index"}


@audience(ANYONE)
@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """What this is, for someone who is not signed in; the way to one's own home for everyone else."""
    if request.user.is_authenticated:
        return redirect(HOME_OF[Role(request.user.role)])
    return render(request, "web/home.html")


@audience(ANYONE)
@require_safe
def healthz(request: HttpRequest) -> HttpResponse:
    """200 when the database answers and every migration is applied, else 503."""
    try:
        executor = MigrationExecutor(connection)
        waiting = executor.migration_plan(executor.loader.graph.leaf_nodes())
    except DatabaseError:
        return HttpResponse("no database\n", status=503, content_type="text/plain")
    if waiting:
        return HttpResponse("migrations to apply\n", status=503, content_type="text/plain")
    return HttpResponse("ok\n", content_type="text/plain")
