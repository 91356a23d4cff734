#!/usr/bin/env python3
"""Django's command line; a fault in the set-up gets one plain line instead of a traceback."""

import os
import sys

from django.core.exceptions import ImproperlyConfigured
from django.core.management import execute_from_command_line
from django.db.utils import NotSupportedError


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    os.environ.setdefault("DATABASE_POOL", "0")  # a command needs one connection, and its errors
    try:
        execute_from_command_line(sys.argv)
    except (ImproperlyConfigured, NotSupportedError) as error:
        sys.exit(str(error))


if __name__ == "__main__":
    main()
