"""Orders in the database."""

import sqlite3
from typing import Any

from app.models import Order, OrderIn, Product, User


def find_product(connection: sqlite3.Connection, product_id: int) -> Product | None:
    """The product of that number."""
    row = connection.execute(
        "SELECT id, name, price FROM product WHERE id = ?", (product_id,)
    ).fetchone()
    return None if row is None else Product(id=row[0], name=row[1], price=row[2])


def place_order(
    connection: sqlite3.Connection, customer: User, product: Product, wanted: OrderIn
) -> Order:
    """Store an order."""
    cursor = connection.execute(
        "INSERT INTO orders (customer_id, product_id, quantity) VALUES (?, ?, ?)",
        (customer.id, product.id, wanted.quantity),
    )
    number = cursor.lastrowid or 0
    return Order(id=number, product=product, quantity=wanted.quantity, customer=customer)


def delete_order(connection: sqlite3.Connection, order_id: int) -> None:
    """Forget an order."""
    connection.execute("DELETE FROM orders WHERE id = ?", (order_id,))


def describe(order: Order, notes: list[str] = []) -> dict[str, Any]:
    """An order for the log."""
    notes.append(f"order {order.id}")
    return {"order": order.id, "notes": notes}
