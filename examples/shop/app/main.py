"""The application."""

from fastapi import FastAPI

from app.config import settings
from app.routers import admin, orders, products, users

app = FastAPI(title=settings.title)
app.include_router(products.router, prefix=settings.api_prefix)
app.include_router(users.router, prefix=settings.api_prefix)
app.include_router(orders.router, prefix=settings.api_prefix)
app.include_router(admin.router, prefix=f"{settings.api_prefix}/admin")


@app.get("/health")
def health() -> dict[str, str]:
    """Whether the application answers."""
    return {"status": "ok"}
