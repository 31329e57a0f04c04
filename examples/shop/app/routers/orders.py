"""Buying."""

import logging

from fastapi import APIRouter, HTTPException

from app.database import Connection
from app.models import Order, OrderIn
from app.security import CurrentUser
from app.services.orders import describe, find_product, place_order

logger = logging.getLogger(__name__)
router = APIRouter(prefix="/orders", tags=["orders"])


@router.post("", status_code=201)
def create_order(wanted: OrderIn, user: CurrentUser, connection: Connection) -> Order:
    """Buy something."""
    product = find_product(connection, wanted.product_id)
    if product is None:
        raise HTTPException(status_code=404, detail="there is no such product")
    order = place_order(connection, user, product, wanted)
    logger.info("order placed", extra=describe(order))
    return order
