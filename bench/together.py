"""Five hundred edits of one claim by ten editors at once: none may be lost.

Run it with ``python -m bench.together``; ``--edits`` and ``--editors`` change the numbers. It makes
a database of its own, throws it away, and ends with 1 when an edit isn't accounted for.
"""

from __future__ import annotations

import argparse
import os
import platform
import sys
from time import perf_counter

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
os.environ.setdefault("DATABASE_POOL", "24")  # a connection for each editor, and some

import django
from django.conf import settings

settings.STORAGES["staticfiles"] = {
    "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
}
settings.MIDDLEWARE.remove("whitenoise.middleware.WhiteNoiseMiddleware")
django.setup()

from django.contrib.auth.models import Group, User
from django.db import connections
from django.test.utils import get_runner, setup_test_environment

from config import embedded
from tests.factories import ClaimFactory
from tests.together import edit_together


def main() -> int:
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--edits", type=int, default=500)
    asked.add_argument("--editors", type=int, default=10)
    given = asked.parse_args()
    setup_test_environment()
    runner = get_runner(settings)(verbosity=0, interactive=False)
    made = runner.setup_databases()
    try:
        group = Group.objects.get(name="editor")
        editors = [User.objects.create_user(f"editor-{n}") for n in range(given.editors)]
        for editor in editors:
            editor.groups.add(group)
        claim = ClaimFactory(text="Edit 0")
        start = perf_counter()
        tally = edit_together(claim, editors, edits=given.edits)
        seconds = perf_counter() - start
    finally:
        connections.close_all()
        runner.teardown_databases(made)
        embedded.leave()
    print(
        f"{tally.sent} edits by {given.editors} editors in {seconds:.1f} s:"
        f" {tally.applied} applied, {tally.refused} refused by 409, {tally.lost} lost"
        f" ({platform.machine()}, {os.cpu_count()} cores)"
    )
    return 1 if tally.lost or tally.sent != given.edits else 0


if __name__ == "__main__":
    sys.exit(main())
