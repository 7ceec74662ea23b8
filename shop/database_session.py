"""What each connection to PostgreSQL is set to.

Every wait on the database has a limit, and every statement goes by index: docs/adr/0008 says why, and what for. A
command that reads whole tables (seed_catalog), or works long between statements, sets others for its transaction.
"""

from typing import Final

DATABASE_SESSION: Final = {
    "timezone": "UTC",
    "statement_timeout": "5000",
    "lock_timeout": "2000",
    # A process that is paused within a transaction would keep its locks for as long as it likes.
    "idle_in_transaction_session_timeout": "5000",
    "enable_seqscan": "off",
    "random_page_cost": "1.1",
    "max_parallel_workers_per_gather": "0",
    "jit": "off",
    "work_mem": "32MB",
    # A spelling is near from 0.4 on: "yogurt" is 0.5 like "yoghurt".
    "pg_trgm.similarity_threshold": "0.4",
}
