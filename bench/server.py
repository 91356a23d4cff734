"""Serves the site as ``config/serve.py`` does, with the benchmark's own addresses.

python -m bench.server PORT
"""

from __future__ import annotations

import socket
import sys

import django
from django.conf import settings

from config.serve import Server

django.setup()


def listening(port: int) -> socket.socket:
    """A socket of this machine alone."""
    listener = socket.socket()
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    listener.bind(("127.0.0.1", port))
    listener.listen(128)
    return listener


if __name__ == "__main__":
    settings.ROOT_URLCONF = "bench.bare"
    Server(listening(int(sys.argv[1]))).run()
