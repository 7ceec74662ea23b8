"""One command to Redis, and its answer, on a pooled connection directly.

The client's own machinery, for retries and events, which we want nothing of, costs a tenth of a warm read.
"""

from typing import Any

from redis.connection import ConnectionPool


def ask(pool: ConnectionPool, *command: str | bytes | int) -> Any:
    """The answer as the server sent it. Raises RedisError."""
    connection = pool.get_connection()
    try:
        connection.send_command(*command)  # type: ignore[no-untyped-call]
        return connection.read_response()
    except BaseException:
        # An answer that comes late must not be taken for the next one's.
        connection.disconnect()  # type: ignore[no-untyped-call]
        raise
    finally:
        pool.release(connection)
