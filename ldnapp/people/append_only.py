"""Tables whose rows are written once: the database itself refuses to change them, or to delete them too early."""

from typing import Any

from django.db.migrations.operations.base import Operation

WHY = "events are never changed, nor deleted before their time"
POSTGRESQL_REFUSES = f"""
CREATE OR REPLACE FUNCTION ldn_refuse() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN RAISE EXCEPTION '{WHY}'; END $$
"""


class AppendOnly(Operation):
    """Puts the triggers on a table. ``kept`` is SQL about OLD that is true while a row must stay, by database.

    Django makes a table anew on SQLite to alter it, and the triggers go with the old one: a later
    migration that alters such a table ends with this operation again.
    """

    reversible = True

    def __init__(self, table: str, *, kept: dict[str, str]) -> None:
        self.table, self.kept = table, kept

    def state_forwards(self, app_label: str, state: Any) -> None:
        """The models stay as they are."""

    def database_forwards(self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any) -> None:
        for statement in self.made(schema_editor.connection.vendor):
            schema_editor.execute(statement, params=None)

    def database_backwards(self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any) -> None:
        for statement in self.dropped(schema_editor.connection.vendor):
            schema_editor.execute(statement, params=None)

    def describe(self) -> str:
        return f"Let rows of {self.table} be written once"

    def made(self, vendor: str) -> list[str]:
        """The SQL that makes the triggers."""
        kept = self.kept[vendor]
        if vendor == "sqlite":
            refuse = f"BEGIN SELECT RAISE(ABORT, '{WHY}'); END"
            # INSERT OR REPLACE deletes the row of that id first, and asks no trigger about that.
            is_there = f'EXISTS (SELECT 1 FROM "{self.table}" WHERE id = NEW.id)'  # noqa: S608  (our own table)
            return [
                *self.dropped(vendor),
                f'CREATE TRIGGER "{self.table}_no_update" BEFORE UPDATE ON "{self.table}" {refuse}',
                f'CREATE TRIGGER "{self.table}_no_delete" BEFORE DELETE ON "{self.table}" WHEN {kept} {refuse}',
                f'CREATE TRIGGER "{self.table}_no_replace" BEFORE INSERT ON "{self.table}" WHEN {is_there} {refuse}',
            ]
        refuse = "EXECUTE FUNCTION ldn_refuse()"
        on = f'ON "{self.table}"'
        return [
            POSTGRESQL_REFUSES,
            *self.dropped(vendor),
            f'CREATE TRIGGER "{self.table}_no_update" BEFORE UPDATE {on} FOR EACH ROW {refuse}',
            f'CREATE TRIGGER "{self.table}_no_delete" BEFORE DELETE {on} FOR EACH ROW WHEN ({kept}) {refuse}',
            f'CREATE TRIGGER "{self.table}_no_truncate" BEFORE TRUNCATE {on} FOR EACH STATEMENT {refuse}',
        ]

    def dropped(self, vendor: str) -> list[str]:
        """The SQL that drops the triggers where they are."""
        on = "" if vendor == "sqlite" else f' ON "{self.table}"'
        names = ("update", "delete", "replace" if vendor == "sqlite" else "truncate")
        return [f'DROP TRIGGER IF EXISTS "{self.table}_no_{name}"{on}' for name in names]
