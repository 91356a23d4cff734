"""A server that sends the same few bytes to whatever comes: the ceiling of the load tool.

python -m bench.nothing PORT
"""

from __future__ import annotations

import socket
import sys
import threading

ANSWER = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"


def answer(connection: socket.socket) -> None:
    """Answer until the other side hangs up."""
    with connection:
        while connection.recv(65_536):
            connection.sendall(ANSWER)


if __name__ == "__main__":
    with socket.create_server(("127.0.0.1", int(sys.argv[1]))) as listener:
        while True:
            connection, _ = listener.accept()
            threading.Thread(target=answer, args=[connection], daemon=True).start()
