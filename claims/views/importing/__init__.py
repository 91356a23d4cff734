"""The import in the browser, in four steps, each with an address of its own."""

from claims.views.importing.checking import import_check, import_rejected
from claims.views.importing.columns import import_columns, import_encoding
from claims.views.importing.files import import_claims, import_template
from claims.views.importing.progress import (
    import_batch,
    import_cancel,
    import_discard,
    import_resume,
    import_undo,
)

__all__ = [
    "import_batch",
    "import_cancel",
    "import_check",
    "import_claims",
    "import_columns",
    "import_discard",
    "import_encoding",
    "import_rejected",
    "import_resume",
    "import_template",
    "import_undo",
]
