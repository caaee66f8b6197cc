"""The access table: every URL of the site, and what each of the ten audiences gets there.

A cell is the status of a GET. Two words stand for a refusal, which is the same for every method:
"to" leads to the sign-in page (or, for a clinician without a second factor, to where one is added),
"no" is a 404. What the other methods answer to someone who is let in is said after the cells.
"""

from typing import NamedTuple

from tests.conftest import AUDIENCES

METHODS = ("GET", "HEAD", "POST", "PUT", "DELETE", "PATCH", "OPTIONS")
REFUSALS = {"to": 302, "no": 404}
AS_GET = "as GET"


class Row(NamedTuple):
    """What one URL answers: to a GET by audience, and to other methods of whoever is let in."""

    get: str  # ten cells, in the order of AUDIENCES
    other: dict[str, str] = {}

    def refuses(self, who: str) -> bool:
        """Whether this audience is not let in at all."""
        return _cell(self.get, who) in REFUSALS

    def status(self, who: str, method: str) -> int:
        """The status that this audience gets for this method."""
        cell = _cell(self.get, who)
        if cell in REFUSALS:
            return REFUSALS[cell]
        said = AS_GET if method in {"GET", "HEAD"} else self.other.get(method, "405")
        return int(cell if said == AS_GET else _cell(said, who))


def _cell(cells: str, who: str) -> str:
    """The cell of this audience; a single one is everyone's."""
    each = cells.split()
    return each[AUDIENCES.index(who)] if len(each) > 1 else each[0]


def _form(post: str = "200", wrong: str = "405") -> dict[str, str]:
    """A package's form: PUT is POST, OPTIONS lists the methods, the others are wrong."""
    return {"POST": post, "PUT": post, "OPTIONS": AS_GET, "DELETE": wrong, "PATCH": wrong}


SAVES = {"POST": "422"}  # an empty form of ours, refused beside its fields
PAGE = {"OPTIONS": AS_GET}  # a package's page
ANY = dict.fromkeys(METHODS, AS_GET)  # redirects or refuses before it looks at the method

#            anonymous patient other linked invited unlinked formerly admin no_second_factor deactivated
PUBLIC = "   200       200     200   200    200     200      200      200   200              200"
ENTRANCE = " 200       302     302   302    302     302      302      302   302              200"
STAGE = "    302       302     302   302    302     302      302      302   302              302"  # of signing in
PATIENTS = " to        200     200   no     no      no       no       no    no               to"
OWN_LINK = " to        405     405   no     no      no       no       no    no               to"
OWN_ANSWER = "to       302     302   no     no      no       no       no    no               to"
CASELOAD = " to        no      no    200    200     200      200      no    to               to"
INVITER = "  to        no      no    405    405     405      405      no    to               to"
RECORD = "   to        no      no    200    404     404      404      no    to               to"
ACT_ON_RECORD = "to    no      no    405    405     405      405      no    to               to"
ACCOUNT = "  to        200     200   200    200     200      200      200   200              to"
ASK_AGAIN = "to        302     302   302    302     302      302      302   302              to"  # who is it?
PASSWORD = " to        200     200   302    302     302      302      302   200              to"  # who has no factor
FACTOR = "   to        302     302   200    200     200      200      200   302              to"
NO_CODES = " to        404     404   404    404     404      404      404   404              to"
NO_APP = "   to        404     404   302    302     302      302      302   404              to"
ADMINS = "   to        no      no    no     no      no       no       200   no               to"
ADMIN_302 = "to        no      no    no     no      no       no       302   no               to"
ADMIN_403 = "to        no      no    no     no      no       no       403   no               to"
ADMIN_404 = "to        no      no    no     no      no       no       404   no               to"
ADMIN_405 = "to        no      no    no     no      no       no       405   no               to"

NO_EPISODE = "to        404     404   no     no      no       no       no    no               to"
OWN_MEDICINE = "to      200     404   no     no      no       no       no    no               to"
NEEDS_EPISODE = ("details", "main-symptom", "pause", "stop", "reviewed")
NEEDS_PLAN = ("plan", "hold", "back")  # without an episode they lead to where one begins

SHOWS_FIRST = {"POST": "to 302 302 no no no no no no to"}  # that it is them; or has nothing to undo

OURS = {
    #                                  anonymous patient other linked invited unlinked formerly admin no_2nd deactivated
    "": Row("                          200       302     302   302    302     302      302      302   302    200"),
    "healthz": Row(PUBLIC),
    "diary/": Row(PATIENTS),
    "diary/<date:day>/": Row(PATIENTS, SAVES),
    "diary/<date:day>/move/": Row("    to        405     405   no     no      no       no       no    no     to",
        {"POST": OWN_ANSWER}),
    "diary/history/": Row(PATIENTS),
    "progress/": Row(PATIENTS),
    "settings/": Row(PATIENTS, SAVES),
    "treatment/": Row(PATIENTS),
    "treatment/start/": Row(PATIENTS, SAVES),
    **dict.fromkeys((f"treatment/{page}/" for page in NEEDS_EPISODE), Row(NO_EPISODE, {"POST": NO_EPISODE})),
    **dict.fromkeys((f"treatment/{page}/" for page in NEEDS_PLAN), Row(OWN_ANSWER, {"POST": OWN_ANSWER})),
    "treatment/card/": Row(PATIENTS),
    "treatment/medicines/": Row(PATIENTS, SAVES),
    "treatment/medicines/<int:pk>/": Row(OWN_MEDICINE, {"POST": OWN_MEDICINE.replace("200", "422")}),
    "treatment/medicines/<int:pk>/opioid/": Row(OWN_MEDICINE, {"POST": OWN_MEDICINE.replace("200", "422")}),
    "treatment/medicines/<int:pk>/delete/": Row(OWN_LINK, {"POST": OWN_MEDICINE.replace("200", "302")}),
    "treatment/safety/": Row(PATIENTS, {"POST": "to 302 302 no no no no no no to"}),
    "about-ldn/": Row(PUBLIC),
    "about-ldn/questions/": Row(PUBLIC),
    "help-now/": Row(PUBLIC),
    "help-now/worker.js": Row(PUBLIC),
    "sharing/": Row(PATIENTS),
    "sharing/looks/": Row(PATIENTS),
    "sharing/words/": Row(OWN_ANSWER, {"POST": OWN_ANSWER}),
    "sharing/<int:pk>/": Row("         to        200     404   no     no      no       no       no    no     to"),
    "sharing/<int:pk>/accept/": Row(OWN_LINK, {"POST": "to 422 404 no no no no no no to"}),
    "sharing/<int:pk>/decline/": Row(OWN_LINK, {"POST": "to 302 404 no no no no no no to"}),
    "sharing/end/": Row("              to        200     404   no     no      no       no       no    no     to",
        {"POST": "                     to        302     404   no     no      no       no       no    no     to"}),
    "my-data/": Row(PATIENTS),
    "my-data/download/": Row(PATIENTS, SHOWS_FIRST),
    "my-data/leave/": Row(PATIENTS, SHOWS_FIRST),
    "my-data/leaving/": Row("          to        302     302   no     no      no       no       no    no     to"),
    "my-data/stay/": Row(OWN_LINK, SHOWS_FIRST),
    "clinic/": Row(CASELOAD),
    "clinic/patients/<uuid:patient_id>/": Row(RECORD),
    "clinic/patients/<uuid:patient_id>/transfer/": Row(RECORD, {"POST": RECORD.replace("200", "422")}),
    "clinic/patients/<uuid:patient_id>/transfer/back/": Row(ACT_ON_RECORD, {"POST": RECORD.replace("200", "302")}),
    "clinic/patients/<uuid:patient_id>/end/": Row(RECORD, {"POST": RECORD.replace("200", "302")}),
    "clinic/patients/<uuid:patient_id>/reviewed/": Row(ACT_ON_RECORD, {"POST": RECORD.replace("200", "302")}),
    "clinic/invitations/": Row(CASELOAD, SAVES),
    "clinic/invitations/<int:pk>/resend/": Row(INVITER, {"POST": "to no no 302 404 404 404 no to to"}),
    "clinic/invitations/<int:pk>/withdraw/": Row(INVITER, {"POST": "to no no 302 404 404 404 no to to"}),
    "invited/": Row(PUBLIC, {"POST": "     422       422     422   404    404     404      404      404   404    422"}),
    "invited/<str:token>/": Row(PUBLIC, {"POST": "404"}),
    "invited/welcome/": Row("302"),
    "sharing/invitation/": Row("       to        404     404   no     no      no       no       no    no     to"),
}  # fmt: skip

ONE_SESSION = {"POST": "to 404 404 404 404 404 404 404 404 to"}
OTHER_SESSIONS = {"POST": "to 302 302 302 302 302 302 302 302 to"}
SIGNED_IN_405 = "to 405 405 405 405 405 405 405 405 to"
SESSIONS = {  # where one is signed in
    "sessions/": Row(ACCOUNT),
    "sessions/<int:pk>/end/": Row(SIGNED_IN_405, ONE_SESSION),
    "sessions/end-others/": Row(SIGNED_IN_405, OTHER_SESSIONS),
}

ALLAUTH = {
    "login/": Row(ENTRANCE, _form(ENTRANCE, wrong=ENTRANCE.replace("200", "405"))),
    "logout/": Row("302 200 200 200 200 200 200 200 200 302", {"POST": "302", "OPTIONS": "200"}),
    "inactive/": Row(PUBLIC, PAGE),
    "signup/": Row(ENTRANCE, ANY),
    "login/code/confirm/": Row(STAGE, ANY),
    "confirm-email/": Row(STAGE, ANY),
    "reauthenticate/": Row(PASSWORD, _form(PASSWORD, wrong=PASSWORD.replace("200", "405"))),
    "email/": Row(ACCOUNT, _form("302")),
    "password/change/": Row(PASSWORD, {**_form(PASSWORD), "OPTIONS": "200"}),
    "password/set/": Row(ASK_AGAIN, ANY),
    "password/reset/": Row(PUBLIC, _form()),
    "password/reset/done/": Row(PUBLIC, PAGE),
    "^password/reset/key/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>.+)/$": Row(PUBLIC, ANY),
    "password/reset/key/done/": Row(PUBLIC, PAGE),
    "2fa/": Row(ACCOUNT, PAGE),
    "2fa/authenticate/": Row(STAGE, ANY),
    "2fa/trust/": Row(STAGE, ANY),
    "2fa/reauthenticate/": Row(FACTOR, _form(FACTOR, wrong=FACTOR.replace("200", "405"))),
    "2fa/totp/activate/": Row(ASK_AGAIN, ANY),
    "2fa/totp/deactivate/": Row(NO_APP, ANY),
    "2fa/recovery-codes/": Row(NO_CODES, {"OPTIONS": "200"}),
    "2fa/recovery-codes/generate/": Row(ASK_AGAIN, ANY),
    "2fa/recovery-codes/download/": Row(NO_CODES, ANY),
    "2fa/webauthn/": Row(ACCOUNT, PAGE),
    "2fa/webauthn/add/": Row(ASK_AGAIN, ANY),
    "2fa/webauthn/reauthenticate/": Row(ASK_AGAIN, ANY),
    "2fa/webauthn/keys/<int:pk>/remove/": Row(ASK_AGAIN, ANY),
    "2fa/webauthn/keys/<int:pk>/edit/": Row(ASK_AGAIN, ANY),
    "2fa/webauthn/login/": Row(STAGE, {**_form("302", wrong=ENTRANCE.replace("200", "405")), "OPTIONS": ENTRANCE}),
}

ADMIN = {
    "": Row(ADMINS, ANY),
    "login/": Row(ADMIN_302, ANY),
    "logout/": Row(ADMIN_405, {"POST": "200", "OPTIONS": "200"}),
    "password_change/": Row(ADMIN_302, ANY),
    "password_change/done/": Row(ADMINS, PAGE),
    "autocomplete/": Row(ADMIN_403, {"OPTIONS": "200"}),
    "jsi18n/": Row(ADMINS, PAGE),
    "^(?P<app_label>people|access)/$": Row(ADMINS, ANY),
    "(?P<url>.*)$": Row(ADMIN_404, ANY),
}

MODEL = {  # the pages of each model that the admin has
    "": Row(ADMINS, ANY),
    "add/": Row(ADMINS, ANY),
    "<path:object_id>/": Row(ADMIN_302, ANY),
    "<path:object_id>/change/": Row(ADMINS, ANY),
    "<path:object_id>/history/": Row(ADMINS, ANY),
    "<path:object_id>/delete/": Row(ADMIN_403, ANY),
}
MODELS = ("people/patient", "people/clinician", "people/user", "access/carelink")
ASKS_FIRST = Row(ADMIN_302, {**ANY, "POST": ADMINS})  # making someone: is it still the admin who sits there?
READ_ONLY = {"add/": Row(ADMIN_403, ANY), "<path:object_id>/change/": Row(ADMINS, {**ANY, "POST": "403"})}
TO_READ = ("people/event", "people/factorreset", "access/invitation")

TABLE = {
    **OURS,
    **{f"accounts/{path}": row for path, row in {**SESSIONS, **ALLAUTH}.items()},
    **{f"admin/{path}": row for path, row in ADMIN.items()},
    **{f"admin/{model}/{path}": row for model in MODELS for path, row in MODEL.items()},
    **{f"admin/{model}/{path}": row for model in TO_READ for path, row in {**MODEL, **READ_ONLY}.items()},
    **{f"admin/{model}/add/": ASKS_FIRST for model in MODELS},
    # Who may sign in is changed only by an admin who has just shown that it is them.
    "admin/people/user/<path:object_id>/change/": Row(ADMINS, {**ANY, "POST": "302"}),
    "admin/access/carelink/<path:object_id>/change/": Row(ADMINS, {**ANY, "POST": "403"}),
}
