"""For those who run the shop."""

from fastapi import APIRouter

from app.database import Connection
from app.services.orders import delete_order

router = APIRouter(tags=["admin"])


@router.delete("/orders/{order_id}", status_code=204)
def remove_order(order_id: int, connection: Connection) -> None:
    """Delete an order."""
    delete_order(connection, order_id)
