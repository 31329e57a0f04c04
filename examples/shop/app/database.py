"""One connection to the database for each request."""

import sqlite3
from collections.abc import Iterator
from typing import Annotated

from fastapi import Depends

from app.config import settings


def get_connection() -> Iterator[sqlite3.Connection]:
    """A connection that lives as long as the request."""
    connection = sqlite3.connect(
        settings.database, check_same_thread=False, isolation_level=None
    )
    yield connection
    connection.close()


Connection = Annotated[sqlite3.Connection, Depends(get_connection)]
