"""What there is to buy."""

from fastapi import APIRouter, HTTPException

from app.database import Connection
from app.models import Product
from app.services.orders import find_product

router = APIRouter(prefix="/products", tags=["products"])


@router.get("/compare")
def compare_products(connection: Connection, ids: list[int]) -> list[Product]:
    """Several products side by side."""
    found = [find_product(connection, number) for number in ids]
    return [product for product in found if product is not None]


@router.get("/{product_id}")
def read_product(product_id: int, connection: Connection) -> Product:
    """One product."""
    product = find_product(connection, product_id)
    if product is None:
        return HTTPException(status_code=404, detail="there is no such product")
    return product
