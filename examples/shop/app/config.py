"""What differs from one installation to the next."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Settings:
    """The settings of the shop."""

    title: str = "Shop"
    api_prefix: str = "/api"
    database: str = "shop.db"
    session_server: str = "http://sessions.internal"


settings = Settings()

JWT_SECRET = "q7R!x2vZ0pLk9#mT4wYb"
