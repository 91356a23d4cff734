"""The database wrapper: finds or starts the embedded server when the first connection is made."""

from pathlib import Path
from typing import Any

from django.db.backends.postgresql import base, features, operations
from django.db.backends.utils import CursorWrapper
from django.db.models import Model

from articles import moment
from config import embedded


class DatabaseFeatures(features.DatabaseFeatures):
    minimum_database_version = (15,)

    def allows_group_by_selected_pks_on_model(self, model: type[Model]) -> bool:
        """Only a table has a primary key from which its other columns follow, no view has one."""
        return moment.asked() is None and super().allows_group_by_selected_pks_on_model(model)


class PreparedCursor(base.ServerBindingCursor):
    """Has PostgreSQL keep what it has parsed and planned, for the next time on this connection."""

    def execute(self, query: Any, params: Any = None) -> Any:
        """Run it, and have it known; of all others psycopg would keep the texts to count them."""
        driver: Any = self
        driver.connection.prepare_threshold = 0
        try:
            return super().execute(query, params, prepare=True)  # type: ignore[misc]
        finally:
            driver.connection.prepare_threshold = None


class DatabaseOperations(operations.DatabaseOperations):
    def last_executed_query(self, cursor: Any, sql: str, params: Any) -> Any:
        """With values, for whoever reads it, also of a statement that was sent without them."""
        if isinstance(cursor, base.ServerBindingCursor):
            return self.compose_sql(sql, params)
        return super().last_executed_query(cursor, sql, params)


class DatabaseWrapper(base.DatabaseWrapper):
    """Django's own, told where the server is only when somebody asks for a connection.

    So `check`, `makemigrations --help` and the like start no server. DATABASES has EMBEDDED
    ({"folder": Path, "durable": bool}) for the embedded server, and no HOST.
    """

    features_class = DatabaseFeatures
    ops_class = DatabaseOperations

    def get_connection_params(self) -> dict[str, Any]:
        params: dict[str, Any] = super().get_connection_params()
        given = self.settings_dict.get("EMBEDDED")
        if given is not None:
            folder: Path = given["folder"]
            params["host"] = str(embedded.join(folder, durable=given["durable"]))
        return params

    def prepared_cursor(self) -> CursorWrapper:
        """A cursor for statements that are asked again and again with other values.

        It prepares them where ``PREPARES`` is set, which a pooler between us and PostgreSQL may not
        take. Not for another moment: the rollback that ends it makes psycopg forget what was
        prepared.
        """
        if moment.asked() is not None:
            return self.cursor()
        self.ensure_connection()
        usual = self.connection.cursor_factory
        known = self.settings_dict.get("PREPARES", False)
        self.connection.cursor_factory = PreparedCursor if known else base.ServerBindingCursor
        try:
            return self.cursor()
        finally:
            self.connection.cursor_factory = usual
