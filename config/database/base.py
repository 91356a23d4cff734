"""The database wrapper: finds or starts the embedded server when the first connection is made."""

from pathlib import Path
from typing import Any

from django.db.backends.postgresql import base, features
from django.db.models import Model

from articles import moment
from config import embedded


class DatabaseFeatures(features.DatabaseFeatures):
    minimum_database_version = (15,)

    def allows_group_by_selected_pks_on_model(self, model: type[Model]) -> bool:
        """Only a table has a primary key from which its other columns follow, no view has one."""
        return moment.asked() is None and super().allows_group_by_selected_pks_on_model(model)


class DatabaseWrapper(base.DatabaseWrapper):
    """Django's own, told where the server is only when somebody asks for a connection.

    So `check`, `makemigrations --help` and the like start no server. DATABASES has EMBEDDED
    ({"folder": Path, "durable": bool}) for the embedded server, and no HOST.
    """

    features_class = DatabaseFeatures

    def get_connection_params(self) -> dict[str, Any]:
        params: dict[str, Any] = super().get_connection_params()
        given = self.settings_dict.get("EMBEDDED")
        if given is not None:
            folder: Path = given["folder"]
            params["host"] = str(embedded.join(folder, durable=given["durable"]))
        return params
