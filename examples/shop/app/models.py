"""What is stored and what is sent."""

from pydantic import BaseModel


class Product(BaseModel):
    """Something to buy."""

    id: int
    name: str
    price: float


class UserPublic(BaseModel):
    """A user as others may see them."""

    id: int
    name: str


class User(UserPublic):
    """A user as they are stored."""

    hashed_password: str


class OrderIn(BaseModel):
    """An order as a customer sends it."""

    product_id: int
    quantity: int = 1


class Order(BaseModel):
    """An order as it is stored."""

    id: int
    product: Product
    quantity: int
    customer: User
