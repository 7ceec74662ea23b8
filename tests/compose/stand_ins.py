"""Programs of the images that no wheel brings, as far as the health checks use them. Needs nothing but Python.

stand_ins.py valkey-cli -p PORT ping                                     prints what the server answers
stand_ins.py kafka-broker-api-versions.sh --bootstrap-server HOST:PORT   asks a broker for its versions
Each ends with 1 when nobody answers, as the programs do.
"""

import socket
import struct
import sys

LIMIT_S = 4.0
# Kafka's request number 18, version 0, the first on its connection, from nobody in particular.
API_VERSIONS = struct.pack(">hhih", 18, 0, 1, -1)


def _valkey(line: socket.socket) -> int:
    line.sendall(" ".join(sys.argv[4:]).encode() + b"\r\n")
    answer = line.recv(200).decode()
    sys.stdout.write(answer.lstrip("+-"))
    return 0 if answer else 1


def _kafka(line: socket.socket) -> int:
    line.sendall(struct.pack(">i", len(API_VERSIONS)) + API_VERSIONS)
    answer = line.makefile("rb").read(10)
    _, correlation, error = struct.unpack(">iih", answer)
    return 0 if (correlation, error) == (1, 0) else 1


def _main() -> int:
    host, _, port = sys.argv[3].rpartition(":")
    try:
        with socket.create_connection((host or "127.0.0.1", int(port)), timeout=LIMIT_S) as line:
            return _valkey(line) if sys.argv[1] == "valkey-cli" else _kafka(line)
    except (OSError, struct.error):
        return 1


if __name__ == "__main__":
    sys.exit(_main())
