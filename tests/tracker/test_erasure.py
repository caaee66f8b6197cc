"""Erasing: of who asked for it, nothing is left in any table, in the database's files or in the mail folder."""

import json
import sqlite3
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from allauth.account.models import EmailAddress
from allauth.usersessions.models import UserSession
from django.apps import apps
from django.contrib.admin.models import LogEntry
from django.contrib.contenttypes.models import ContentType
from django.contrib.sessions.models import Session
from django.core.mail import send_mail
from django.db import DatabaseError, connection, models
from django.test import Client
from pytest_django.fixtures import Settings

from ldnapp.access import typed
from ldnapp.access.leaving import UNDO, ask_to_leave, stay
from ldnapp.access.links import accept_link, end_link, propose_link
from ldnapp.access.models import AccessEvent, CareLink, FlagReview, Invitation, Page, look
from ldnapp.people.events import note_sign_in
from ldnapp.people.models import Clinician, Event, EventKind, FactorReset, Patient, Role, User
from ldnapp.people.one_by_one import SomeFailed
from tests import factories
from tests.record import stored_rows
from tracker import erasure
from tracker.erasure import erase_leavers, overwrite_what_was_erased, tables_of_the_record
from tracker.recording import StaleEntry, record_entry

pytestmark = pytest.mark.django_db(transaction=True)

ASKED = datetime(2026, 10, 1, 9, tzinfo=UTC)
DUE = ASKED + UNDO
DAY = date(2026, 9, 14)
NAME, EMAIL, SECOND = "Zebediah Quillfeather", "zebediah.quillfeather@example.org", "z.quillfeather@example.com"
NOTE, OLDER, REFUSED, TYPED = "a heron in the reeds", "an otter at dawn", "a bittern unseen", "a kingfisher on the wire"
MARKS = [NAME, EMAIL, SECOND, NOTE, OLDER, REFUSED]
sqlite_only = pytest.mark.skipif(connection.vendor != "sqlite", reason="SQLite's own files")


@pytest.fixture(autouse=True)
def mail_folder(settings: Settings, tmp_path: Path) -> Path:
    """Mails as a site without a mail server has them."""
    settings.EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
    settings.EMAIL_FILE_PATH = str(tmp_path / "mail")
    return tmp_path / "mail"


def with_a_record(name: str, email: str, **words: str) -> Patient:
    """A patient with rows in every table of the record: a changed day, a refused answer, doses, a dose taken back."""
    patient: Patient = factories.PatientFactory(name=name, user__email=email)
    by = patient.user
    for started, note in ((0, words.get("older", "older")), (1, words.get("note", "note"))):
        answers = factories.answers(dose_status="taken", dose_mg=Decimal("1.50") + started, note=note)
        record_entry(patient, DAY, answers, started_from=started, by=by, now=ASKED)
    refused = factories.answers(note=words.get("refused", "refused"))
    with pytest.raises(StaleEntry):
        record_entry(patient, DAY, refused, started_from=1, by=by, now=ASKED)
    factories.tell_everything(patient)
    return patient


def with_an_account(patient: Patient) -> None:
    """All that hangs on this account elsewhere: links, invitation, looks, sessions, log lines, a reset, mails."""
    user, admin = patient.user, factories.UserFactory(role=Role.ADMIN)
    clinician, former = factories.ClinicianFactory(), factories.ClinicianFactory()
    for prescriber in (former, clinician):
        accept_link(propose_link(patient=patient, clinician=prescriber, by=admin))
    end_link(CareLink.objects.get(patient=patient, clinician=clinician), by=user)
    look(clinician.user, patient, Page.COURSE).save()
    number = Invitation.objects.count()
    hashes = {"link_hash": f"link {number}", "code_hash": f"code {number}"}
    Invitation.objects.create(clinician=former, email=user.email, sent_at=ASKED, expires_at=DUE, **hashes)
    send_mail("An invitation", f"For {user.email.upper()}", None, [user.email])
    EmailAddress.objects.create(user=user, email=SECOND if user.email == EMAIL else "x@example.net")
    signed_in = Client()
    signed_in.force_login(user)
    UserSession.objects.create(user=user, ip="192.0.2.1", session_key=signed_in.session.session_key)
    note_sign_in(EventKind.SIGNED_IN, user=user, address="192.0.2.1")
    day = str(DAY)
    Client().post(f"/diary/{day}/", {"note": TYPED, "form_token": typed.token_for(user, day)})
    factories.give_second_factor(user)
    FlagReview.objects.create(clinician=former, patient=patient, reviewed_at=ASKED)
    FactorReset.objects.create(user=user, asked_by=admin)
    link = CareLink.objects.filter(patient=patient).first()
    assert link is not None
    for row in (patient, user, link, Invitation.objects.get(email=user.email), FactorReset.objects.get(user=user)):
        about = ContentType.objects.get_for_model(row)
        line = {"content_type": about, "object_id": str(row.pk), "object_repr": str(row), "action_flag": 2}
        LogEntry.objects.create(user=admin, **line)


@pytest.fixture
def stayer() -> Patient:
    """Someone else with all of the same."""
    patient = with_a_record("Hazel Stays", "hazel.stays@example.org")
    with_an_account(patient)
    return patient


@pytest.fixture
def leaver(stayer: Patient) -> Patient:
    """Someone with rows in every table, who asked to be deleted."""
    patient = with_a_record(NAME, EMAIL, note=NOTE, older=OLDER, refused=REFUSED)
    with_an_account(patient)
    ask_to_leave(patient, by=patient.user, now=ASKED)
    Client().force_login(User.objects.get(pk=patient.user_id))  # once more, to look at the page of leavers
    return patient


def tables() -> dict[str, list[str]]:
    """Every row of every table of the database, as text."""
    with connection.cursor() as cursor:
        found = {}
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f'SELECT * FROM "{table}"')  # noqa: S608  (names out of the database itself)
            found[table] = [str(row) for row in cursor.fetchall()]
    return found


def sessions() -> str:
    return json.dumps([session.get_decoded() for session in Session.objects.all()])


def traces_of(patient: Patient) -> list[str]:
    """What would lead to this patient: names, addresses, words, and the ids of their rows."""
    return [*MARKS, str(patient.pk), patient.pk.hex, f"user {patient.user_id}", f"patient {patient.user_id}"]


def raw_files() -> bytes:
    """The database's file and its log, byte by byte."""
    name = str(connection.settings_dict["NAME"])
    return b"".join(file.read_bytes() for file in map(Path, (name, f"{name}-wal")) if file.exists())


def mails(folder: Path) -> str:
    return "".join(file.read_text() for file in folder.iterdir())


def hanging_on(model: type[models.Model], pk: object) -> dict[str, int]:
    """How many rows of each table point at this row, whatever the table."""
    return {
        f"{other._meta.label}.{field.name}": other._base_manager.filter(**{field.attname: pk}).count()
        for other in apps.get_models()
        for field in other._meta.concrete_fields
        if field.remote_field and field.remote_field.model is model
    }


def rows_of(model: type[models.Model], patient: Patient) -> list[dict[str, object]]:
    """Every row of this patient, always in the same order."""
    return list(model._base_manager.filter(patient_id=patient.pk).order_by("pk").values())


def test_no_row_of_the_record_or_its_history_is_left(leaver: Patient, stayer: Patient) -> None:
    """Every table of the app, also one that is made tomorrow; and another's rows stay as they were."""
    every = list(apps.get_app_config("tracker").get_models())
    kept = {model: rows_of(model, stayer) for model in every}
    for model in every:
        assert model._base_manager.filter(patient_id=leaver.pk).exists(), f"make a row of {model.__name__} above"
    assert erase_leavers(DUE) == 1
    for model in every:
        assert not model._base_manager.filter(patient_id=leaver.pk).exists(), model.__name__
        assert rows_of(model, stayer) == kept[model]


def test_no_table_leads_to_the_person_any_more(leaver: Patient, stayer: Patient) -> None:
    """Whichever app it is of: rows that point at them, and cells that name them."""
    user = leaver.user
    pointing = {**hanging_on(User, user.pk), **hanging_on(Patient, leaver.pk)}
    made = {name for name, count in hanging_on(User, stayer.user_id).items() if count}
    assert made >= {"account.EmailAddress.user", "mfa.Authenticator.user", "people.FactorReset.user"}
    assert {name for name, count in pointing.items() if count} >= {"people.Patient.user", "access.CareLink.patient"}
    before = tables()
    assert [trace for trace in traces_of(leaver) if any(trace in row for rows in before.values() for row in rows)]
    erase_leavers(DUE)
    assert not any({**hanging_on(User, user.pk), **hanging_on(Patient, leaver.pk)}.values())
    for table, rows in tables().items():
        for trace in traces_of(leaver):
            assert not [row for row in rows if trace.lower() in row.lower()], f"{table} has {trace}"


def test_what_hangs_on_others_stays(leaver: Patient, stayer: Patient) -> None:
    """The other patient keeps account, links, invitation, sessions, log lines and mails."""
    before = {**hanging_on(User, stayer.user_id), **hanging_on(Patient, stayer.pk)}
    lines, invitations = LogEntry.objects.count(), Invitation.objects.count()
    open_sessions = Session.objects.count()
    erase_leavers(DUE)
    assert {**hanging_on(User, stayer.user_id), **hanging_on(Patient, stayer.pk)} == before
    assert LogEntry.objects.count() == lines - 5
    assert Invitation.objects.count() == invitations - 1
    assert Session.objects.count() == open_sessions - 2
    assert str(stayer.user.event_id) in sessions()
    assert Clinician.objects.count() == 4


def test_no_session_knows_them(leaver: Patient) -> None:
    """Signed in, and what was typed when the session was gone."""
    assert sessions().count(TYPED) == 2  # theirs and the other's
    erase_leavers(DUE)
    assert sessions().count(TYPED) == 1
    assert str(leaver.user.event_id) not in sessions()
    assert not UserSession.objects.filter(user_id=leaver.user_id).exists()


def test_events_and_looks_stay_and_name_nobody(leaver: Patient) -> None:
    """P18: random ids, and no map from them to a person."""
    event_id = leaver.user.event_id
    before, looks = list(Event.objects.order_by("pk").values()), list(AccessEvent.objects.values())
    assert {event["kind"] for event in before} >= {
        EventKind.SIGNED_IN,
        EventKind.LINK_ACCEPTED,
        EventKind.CONSENT_GIVEN,
    }
    erase_leavers(DUE)
    after = list(Event.objects.order_by("pk").values())
    assert after[:-1] == before
    assert (after[-1]["kind"], after[-1]["subject"], after[-1]["actor"]) == (EventKind.ERASED, event_id, None)
    assert list(AccessEvent.objects.values()) == looks
    assert not User.objects.filter(event_id=event_id).exists()
    for table in (Event._meta.db_table, AccessEvent._meta.db_table):
        for trace in traces_of(leaver):
            assert not [row for row in tables()[table] if trace in row]


@sqlite_only
def test_no_byte_of_it_is_in_the_databases_files(leaver: Patient) -> None:
    """Names, addresses and notes: the rows, their history, what a conflict refused, and the log of the database."""
    marks = [mark.encode() for mark in MARKS]
    assert all(mark in raw_files() for mark in marks)
    erase_leavers(DUE)
    assert [mark for mark in marks if mark in raw_files()] == []


@sqlite_only
def test_what_a_reader_holds_up_goes_with_the_next_run(leaver: Patient, monkeypatch: pytest.MonkeyPatch) -> None:
    """The database's log can't be emptied while somebody reads from it: said, and tried again."""
    monkeypatch.setattr(erasure, "BUSY_MS", 20)
    reader = sqlite3.connect(str(connection.settings_dict["NAME"]), isolation_level=None)
    reader.execute("BEGIN")
    reader.execute("SELECT count(*) FROM people_user").fetchone()
    assert erase_leavers(DUE) == 1
    assert overwrite_what_was_erased() is False
    assert NOTE.encode() in raw_files()
    reader.execute("COMMIT")
    reader.close()
    assert overwrite_what_was_erased() is True
    assert NOTE.encode() not in raw_files()
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA busy_timeout")
        assert cursor.fetchone() == (20_000,)


def test_the_mail_folder_forgets_them(leaver: Patient, mail_folder: Path) -> None:
    """Codes, the invitation, the farewell; others' mails and other files stay."""
    other_file = mail_folder / "notes.txt"
    other_file.write_text(EMAIL)
    assert mails(mail_folder).count(EMAIL) >= 3
    erase_leavers(DUE)
    assert mails(mail_folder).count(EMAIL) == 1
    assert "hazel.stays@example.org" in mails(mail_folder)
    assert other_file.read_text() == EMAIL


@pytest.mark.parametrize(("moment", "erased"), [(DUE - timedelta(seconds=1), 0), (DUE, 1)])
def test_it_happens_after_fourteen_days(leaver: Patient, moment: datetime, erased: int) -> None:
    before = stored_rows()
    assert erase_leavers(moment) == erased
    assert (stored_rows() == before) is not bool(erased)
    assert erase_leavers(moment) == 0


def test_who_stays_is_never_erased(stayer: Patient) -> None:
    before = stored_rows()
    assert erase_leavers(DUE + timedelta(days=9999)) == 0
    assert stored_rows() == before


def test_undone_a_moment_before_the_erasure_is_undone(leaver: Patient) -> None:
    """A run that has already listed them looks again, with their row locked."""
    stay(leaver, by=leaver.user, now=DUE - timedelta(seconds=1))
    before = tables()
    assert erasure._erase(leaver, DUE, mentioned_in=[]) is False
    assert tables() == before


def test_an_erasure_that_fails_leaves_everything(leaver: Patient, monkeypatch: pytest.MonkeyPatch) -> None:
    """One transaction a person."""

    def fail(user: User, *, mentioned_in: list[str]) -> None:
        raise DatabaseError

    before = tables()
    monkeypatch.setattr(erasure, "erase_account", fail)
    with pytest.raises(SomeFailed):
        erase_leavers(DUE)
    assert tables() == before


def test_a_table_that_does_not_say_whose_its_rows_are_stops_the_erasure(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(erasure, "columns_of", lambda model: {"id"})
    with pytest.raises(LookupError, match="a table of the record has a column"):
        tables_of_the_record()
