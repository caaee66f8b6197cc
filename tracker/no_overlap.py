"""Tables whose rows of one patient share no day: the database itself refuses it."""

from typing import Any

from django.db.migrations.operations.base import Operation

WHY = "two of one patient share a day"
EVENTS = ("INSERT", "UPDATE")
LAST = "9999-12-31"  # of a row without an end


class NoOverlap(Operation):
    """Puts triggers on a table with the columns id, patient_id and two dates, both ends included; no end is for ever.

    An exclusion constraint would do on PostgreSQL alone. Acts lock the patient, so that no two
    transactions can each miss the other's row. Django makes a table anew on SQLite to alter it, and
    the triggers go with the old one: a later migration that alters such a table ends with this again.
    """

    reversible = True

    def __init__(self, table: str, *, first: str, last: str) -> None:
        self.table, self.first, self.last = table, first, last

    def state_forwards(self, app_label: str, state: Any) -> None:
        """The models stay as they are."""

    def database_forwards(self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any) -> None:
        for statement in self.made(schema_editor.connection.vendor):
            schema_editor.execute(statement, params=None)

    def database_backwards(self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any) -> None:
        for statement in self.dropped(schema_editor.connection.vendor):
            schema_editor.execute(statement, params=None)

    def describe(self) -> str:
        return f"Let rows of {self.table} share no day"

    def made(self, vendor: str) -> list[str]:
        """The SQL that makes the triggers."""
        if vendor == "sqlite":
            refuse = f"WHEN {self._shares('IS NOT')} BEGIN SELECT RAISE(ABORT, '{WHY}'); END"
            return [
                *self.dropped(vendor),
                *(
                    f'CREATE TRIGGER "{self._name(event)}" BEFORE {event} ON "{self.table}" {refuse}'
                    for event in EVENTS
                ),
            ]
        return [
            *self.dropped(vendor),
            f"CREATE FUNCTION {self._name('refuse')}() RETURNS trigger LANGUAGE plpgsql AS"
            f" $$ BEGIN IF {self._shares('IS DISTINCT FROM')} THEN"
            f" RAISE EXCEPTION '{WHY}' USING ERRCODE = 'exclusion_violation'; END IF; RETURN NEW; END $$",
            *(
                f'CREATE TRIGGER "{self._name(event)}" BEFORE {event} ON "{self.table}"'
                f" FOR EACH ROW EXECUTE FUNCTION {self._name('refuse')}()"
                for event in EVENTS
            ),
        ]

    def dropped(self, vendor: str) -> list[str]:
        """The SQL that drops the triggers where they are."""
        on = "" if vendor == "sqlite" else f' ON "{self.table}"'
        triggers = [f'DROP TRIGGER IF EXISTS "{self._name(event)}"{on}' for event in EVENTS]
        return triggers if vendor == "sqlite" else [*triggers, f"DROP FUNCTION IF EXISTS {self._name('refuse')}()"]

    def _name(self, what: str) -> str:
        return f"{self.table}_no_overlap_{what.lower()}"

    def _shares(self, differs: str) -> str:
        """SQL that is true where another row of the patient shares a day with NEW."""
        return (
            f'EXISTS (SELECT 1 FROM "{self.table}" other'  # noqa: S608  (our own table)
            f" WHERE other.patient_id = NEW.patient_id AND other.id {differs} NEW.id"
            f" AND other.{self.first} <= COALESCE(NEW.{self.last}, '{LAST}')"
            f" AND NEW.{self.first} <= COALESCE(other.{self.last}, '{LAST}'))"
        )
