"""Requests that are broken as requests: cut short, far too large, not a form. A kind page, and nothing changes."""

import socket
from datetime import date
from urllib.parse import urlencode, urlsplit

import pytest
from django.conf import settings
from django.test import Client
from pytest_django.live_server_helper import LiveServer

from ldnapp.people.models import Patient
from tests.record import stored_rows
from tracker import clock

from .diary_page import fields_of, path_of

NOTE = "half of a day must never be saved as a day"


def answer_to(server: LiveServer, client: Client, day: date, body: bytes, *, length: int) -> str:
    """What the server says to a POST of this body that promises another length, over a bare socket."""
    address = urlsplit(server.url)
    head = [
        f"POST {path_of(day)} HTTP/1.1",
        f"Host: {address.netloc}",
        f"Cookie: {'; '.join(f'{name}={cookie.value}' for name, cookie in client.cookies.items())}",
        "Content-Type: application/x-www-form-urlencoded",
        f"Content-Length: {length}",
        "Connection: close",
    ]
    with socket.create_connection((address.hostname or "", address.port or 0), timeout=10) as line:
        line.sendall("\r\n".join([*head, "", ""]).encode() + body)
        line.shutdown(socket.SHUT_WR)  # the phone's connection is gone
        return b"".join(iter(lambda: line.recv(65536), b"")).decode()


@pytest.mark.django_db(transaction=True)
def test_a_form_that_arrives_cut_short_is_refused_and_nothing_is_saved(
    live_server: LiveServer, patient: Patient, patient_client: Client
) -> None:
    """The same bytes in full are saved, so that it is the cut that is refused."""
    day = clock.today(patient)
    body = urlencode(fields_of(patient_client, day, note=NOTE, pain=6)).encode()
    for cut in (1, 10, len(body) // 2):
        said = answer_to(live_server, patient_client, day, body[:-cut], length=len(body))
        assert said.startswith("HTTP/1.1 400")
        assert "Nothing was changed" in said
        assert NOTE not in said
    assert not any(stored_rows().values())
    assert answer_to(live_server, patient_client, day, body, length=len(body)).startswith("HTTP/1.1 302")


@pytest.mark.django_db
@pytest.mark.parametrize("size", [settings.DATA_UPLOAD_MAX_MEMORY_SIZE, 5_000_000])
def test_a_body_that_is_far_too_large_is_refused_kindly(patient: Patient, patient_client: Client, size: int) -> None:
    """413, the page says that nothing was changed, and it is so."""
    day = clock.today(patient)
    body = urlencode(fields_of(patient_client, day, pain=6, note="x" * size))
    response = patient_client.post(path_of(day), body, content_type="application/x-www-form-urlencoded")
    assert response.status_code == 413
    assert b"Nothing was changed" in response.content
    assert not any(stored_rows().values())


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("body", "content_type"),
    [
        (b"\xff\xfe\x00", "application/x-www-form-urlencoded"),
        (b"--x\r\nbroken", "multipart/form-data; boundary=x"),
        (b"--x\r\nbroken", "multipart/form-data"),
        (b'{"pain": 6}', "application/json"),
        (b"&".join([b"pain=6"] * 400), "application/x-www-form-urlencoded"),
    ],
)
def test_what_is_no_form_of_ours_changes_nothing(
    patient: Patient, patient_client: Client, body: bytes, content_type: str
) -> None:
    """An answer below 500, whatever came in."""
    response = patient_client.generic("POST", path_of(clock.today(patient)), body, content_type=content_type)
    assert response.status_code in {400, 413, 422}
    assert not any(stored_rows().values())
