"""A T-Server as a process of its own: says the lines of a file to whoever registers, as fast as they are read."""

from __future__ import annotations

import socket
import sys
from pathlib import Path

if __name__ == "__main__":
    with socket.create_server(("127.0.0.1", 0)) as listening:
        print(listening.getsockname()[1], flush=True)
        connection, _ = listening.accept()
        connection.recv(65536)
        for line in Path(sys.argv[1]).read_bytes().splitlines(keepends=True):
            connection.sendall(line)
        connection.recv(1)
