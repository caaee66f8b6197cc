"""The floor: the least that Django itself can do for the same pages and the same bytes of data.

One file, own tables, sessions in the database, Django's own middleware and gzip. It knows no domain
rule: no versions, history, dose, time zones, doors, phases or gaps. Nothing here is to be copied
into the site; it is the measure of what the site's rules cost.
"""

from collections import defaultdict
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any, ClassVar

from django import forms
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.db import models
from django.db.models import Avg, Count, OuterRef, Subquery
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.backends.django import DjangoTemplates
from django.urls import path
from django.utils.timezone import now

from ldnapp.people.models import User

MIDDLEWARE = [
    "django.middleware.gzip.GZipMiddleware",
    "bench.floor.own_urls",
    "django.middleware.security.SecurityMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]
SCALES = ("pain", "fatigue", "brain_fog", "sleep", "mood")
FIELDS = (*SCALES, "dose", "mg", "reason", "note")
PER_PAGE = 50
MEAN_DAYS, LINE_DAYS = 14, 84

TEMPLATES = {
    "base.html": """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>{% block title %}{% endblock %}</title><link rel="stylesheet" href="/static/site.css"></head>
<body><header><nav><a href="/form/">Today</a> <a href="/course/">Course</a> <a href="/list/">List</a></nav></header>
<main>{% block main %}{% endblock %}</main><footer><p>Footer</p></footer></body></html>""",
    "form.html": """{% extends "base.html" %}{% block title %}Today{% endblock %}{% block main %}
<nav><a href="/form/{{ before }}/">Earlier</a></nav><h1>{{ day|date:"l j F" }}</h1><form method="post">{% csrf_token %}
{% for field, name, value, old in scales %}<fieldset>
<legend>{{ field.label }} <small>day before: {{ old }}</small></legend>
{% if field.errors %}<p>{{ field.errors.0 }}</p>{% endif %}{% for score in scores %}
<label><input type="radio" name="{{ name }}" value="{{ score }}"
{% if score == value %} checked{% endif %}>{{ score }}</label>{% endfor %}</fieldset>{% endfor %}
{% with chosen=form.dose.value %}<fieldset><legend>Dose</legend>
<label><input type="radio" name="dose" value="usual"{% if chosen == "usual" %} checked{% endif %}>{{ usual }} mg</label>
<label><input type="radio" name="dose" value="taken"{% if chosen == "taken" %} checked{% endif %}>Another</label>
<label><input type="radio" name="dose" value="skipped"{% if chosen == "skipped" %} checked{% endif %}>None</label>
<label><input type="radio" name="dose" value="">Skip</label></fieldset>{% endwith %}
<label>mg <input name="mg" value="{{ form.mg.value|default_if_none:"" }}"></label>
<label>Why not <input name="reason" value="{{ form.reason.value|default_if_none:"" }}"></label>
<label>Note <textarea name="note">{{ form.note.value|default_if_none:"" }}</textarea></label>
<button>Save</button></form>
<ol>{% for date, is_there in week %}<li{% if is_there %} class="on"{% endif %}>{{ date|date:"l" }}</li>
{% endfor %}</ol>{% endblock %}""",
    "course.html": """{% extends "base.html" %}{% block title %}Course{% endblock %}{% block main %}
<h1>Course</h1><canvas></canvas><table><thead><tr><th>Day</th>{% for scale in scales %}<th>{{ scale }}</th>{% endfor %}
<th>Dose</th></tr></thead><tbody>
{% for day, cells in table %}<tr><th>{{ day }}</th><td>{{ cells|join:"</td><td>" }}</td></tr>
{% endfor %}</tbody></table>{{ chart|json_script:"chart" }}{% endblock %}""",
    "list.html": """{% extends "base.html" %}{% block title %}List{% endblock %}{% block main %}
<h1>List</h1><table><thead><tr><th>Name</th><th>Week</th><th>Dose</th><th>Last</th>
{% for scale in scales %}<th>{{ scale }}</th>{% endfor %}<th>Line</th></tr></thead><tbody>
{% for pk, name, week, dose, last, means, line in rows %}<tr><th><a href="/course/{{ pk }}/">{{ name }}</a></th>
<td data-l="Week">{{ week }}</td><td data-l="Dose">{{ dose }}</td><td data-l="Last">{{ last }}</td>
{% for scale, mean, days in means %}<td data-l="{{ scale }}">{{ mean }} <small>{{ days }} days</small></td>{% endfor %}
<td data-l="Line"><svg role="img" aria-label="{{ scales.0 }}" viewBox="0 0 320 76"><path d="{{ line }}"/></svg></td>
</tr>
{% endfor %}</tbody></table><p>{{ page.start_index }} to {{ page.end_index }} of {{ page.paginator.count }}</p>
{% endblock %}""",
}
PAGES = DjangoTemplates(
    {
        "NAME": "floor",
        "DIRS": [],
        "APP_DIRS": False,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ],
            "loaders": [
                ("django.template.loaders.cached.Loader", [("django.template.loaders.locmem.Loader", TEMPLATES)])
            ],
        },
    }
)


class Person(models.Model):
    """Someone with days, and who keeps them on a list."""

    user = models.OneToOneField(User, on_delete=models.CASCADE, related_name="floor_person")
    keeper = models.ForeignKey(User, on_delete=models.CASCADE, null=True, related_name="floor_people")
    name = models.CharField(max_length=200)
    usual = models.DecimalField(max_digits=4, decimal_places=2)
    objects: ClassVar[models.Manager["Person"]] = models.Manager()

    def __str__(self) -> str:
        return f"person {self.pk}"


class PersonDay(models.Model):
    """Five scores, a dose and a note."""

    person = models.ForeignKey(Person, on_delete=models.CASCADE)
    day = models.DateField()
    pain = models.PositiveSmallIntegerField(null=True)
    fatigue = models.PositiveSmallIntegerField(null=True)
    brain_fog = models.PositiveSmallIntegerField(null=True)
    sleep = models.PositiveSmallIntegerField(null=True)
    mood = models.PositiveSmallIntegerField(null=True)
    dose = models.CharField(max_length=7, blank=True)
    mg = models.DecimalField(max_digits=4, decimal_places=2, null=True)
    reason = models.TextField(blank=True)
    note = models.TextField(blank=True)
    objects: ClassVar[models.Manager["PersonDay"]] = models.Manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["person", "day"], name="floor_one_a_day")]

    def __str__(self) -> str:
        return f"day {self.pk}"


class DayForm(forms.Form):
    """A day as it is typed."""

    pain = forms.IntegerField(min_value=0, max_value=10, required=False)
    fatigue = forms.IntegerField(min_value=0, max_value=10, required=False)
    brain_fog = forms.IntegerField(min_value=0, max_value=10, required=False)
    sleep = forms.IntegerField(min_value=0, max_value=10, required=False)
    mood = forms.IntegerField(min_value=0, max_value=10, required=False)
    dose = forms.ChoiceField(choices=[("", ""), ("usual", ""), ("taken", ""), ("skipped", "")], required=False)
    mg = forms.DecimalField(max_digits=4, decimal_places=2, required=False)
    reason = forms.CharField(required=False)
    note = forms.CharField(required=False)


def own_urls(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """Middleware that answers with this file's pages instead of the site's."""

    def answer(request: HttpRequest) -> HttpResponse:
        request.urlconf = __name__
        return get_response(request)

    return answer


def page(request: HttpRequest, name: str, context: dict[str, Any]) -> HttpResponse:
    """A template of this file as a response."""
    return HttpResponse(PAGES.get_template(name).render(context, request))


@login_required
def form(request: HttpRequest, on: str) -> HttpResponse:
    """One day: show it, or save it in one upsert."""
    day = date.fromisoformat(on)
    person = Person.objects.get(user=request.user)
    if request.method != "POST":
        return form_page(request, person, day)
    posted = DayForm(request.POST)
    if not posted.is_valid():
        return form_page(request, person, day, posted)
    PersonDay.objects.bulk_create(
        [PersonDay(person=person, day=day, **posted.cleaned_data)],
        update_conflicts=True,
        unique_fields=["person", "day"],
        update_fields=FIELDS,
    )
    return redirect("form", day)


def form_page(request: HttpRequest, person: Person, day: date, posted: DayForm | None = None) -> HttpResponse:
    """The form of a day with the values of the day before and the last seven days."""
    week = [day - timedelta(days=back) for back in range(6, -1, -1)]
    rows = PersonDay.objects.filter(person=person, day__range=(week[0], day)).values("day", *FIELDS)
    days = {row["day"]: row for row in rows}
    before = days.get(week[-2], {})
    shown = posted or DayForm(initial=days.get(day))
    fields = [shown[name] for name in SCALES]
    context = {
        "form": shown,
        "scales": [(field, field.name, field.value(), before.get(field.name)) for field in fields],
        "scores": range(11),
        "usual": person.usual,
        "day": day,
        "before": week[-2],
        "week": [(shown, shown in days) for shown in week],
    }
    return page(request, "form.html", context)


@login_required
def course(request: HttpRequest, days: int) -> HttpResponse:
    """The last days as JSON for a chart, and as a table."""
    first = now().date() - timedelta(days=days - 1)
    rows = list(
        PersonDay.objects.filter(person__user=request.user, day__gte=first)
        .order_by("-day")
        .values_list("day", *SCALES, "mg")
    )
    series: list[list[int | None]] = [[None] * days for _ in SCALES]
    for day, *scores, _ in rows:
        place = (day - first).days
        for column, score in zip(series, scores, strict=True):
            column[place] = score
    table = [(day.isoformat(), ["" if cell is None else str(cell) for cell in cells]) for day, *cells in rows]
    context = {"chart": dict(zip(SCALES, series, strict=True)), "table": table, "scales": SCALES}
    return page(request, "course.html", context)


@login_required
def people(request: HttpRequest) -> HttpResponse:
    """A page of one's list, each line with means, dose and a tiny line."""
    today = now().date()
    dosed = PersonDay.objects.filter(person=OuterRef("pk"), mg__isnull=False)
    kept = Person.objects.filter(keeper=request.user).order_by("name", "pk")
    facts = kept.values_list(
        "pk",
        "name",
        Subquery(dosed.order_by("day").values("day")[:1]),
        Subquery(dosed.order_by("-day").values("mg")[:1]),
        Subquery(PersonDay.objects.filter(person=OuterRef("pk")).order_by("-day").values("day")[:1]),
    )
    shown = Paginator(facts, PER_PAGE).get_page(request.GET.get("page"))
    lines = {pk: (pk, name, (today - began).days // 7 + 1, f"{mg:.1f} mg", last) for pk, name, began, mg, last in shown}
    means, paths = means_of(lines, today), paths_of(lines, today)
    rows = [(*line, means[pk], paths[pk]) for pk, line in lines.items()]
    return page(request, "list.html", {"rows": rows, "page": shown, "scales": SCALES})


def means_of(keys: dict[int, Any], today: date) -> dict[int, list[tuple[str, str, int]]]:
    """(scale, mean, days) of the last 14 days, a pair a scale, counted by the database."""
    summed = (
        PersonDay.objects.filter(person__in=keys, day__gt=today - timedelta(days=MEAN_DAYS))
        .values("person")
        .values_list("person", *(part(scale) for scale in SCALES for part in (Avg, Count)))
    )
    return {
        pk: [(scale, f"{mean:.1f}", days) for scale, mean, days in zip(SCALES, parts[::2], parts[1::2], strict=True)]
        for pk, *parts in summed
    }


def paths_of(keys: dict[int, Any], today: date) -> dict[int, str]:
    """SVG path data of twelve weeks of one scale."""
    first = today - timedelta(days=LINE_DAYS - 1)
    points: dict[int, list[str]] = defaultdict(list)
    days = PersonDay.objects.filter(person__in=keys, day__gte=first, pain__isnull=False).order_by("day")
    for pk, day, pain in days.values_list("person", "day", "pain"):
        points[pk].append(f"{(day - first).days * 308 // 83 + 6} {70 - pain * 64 // 10}")
    return {pk: "M" + "L".join(found) for pk, found in points.items()}


urlpatterns = [
    path("form/<str:on>/", form, name="form"),
    path("course/<int:days>/", course, name="course"),
    path("list/", people, name="list"),
]
