#!/usr/bin/env python3
"""Django's command line; a fault in the set-up gets one plain line instead of a traceback."""

import gc
import os
import sys

from django.core.exceptions import ImproperlyConfigured
from django.core.management import execute_from_command_line
from django.db.utils import NotSupportedError

CYCLES = (50_000, 20, 20)
"""After how many new objects cycles among them are looked for (``gc.set_threshold``).

What a start makes stays, and an import makes many objects and hardly any cycles: looking as often
as Python does by itself makes the one a fifth longer and the other 8 %.
"""


def main() -> None:
    gc.set_threshold(*CYCLES)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    os.environ.setdefault("DATABASE_POOL", "0")  # a command needs one connection, and its errors
    try:
        execute_from_command_line(sys.argv)
    except (ImproperlyConfigured, NotSupportedError) as error:
        sys.exit(str(error))


if __name__ == "__main__":
    main()
