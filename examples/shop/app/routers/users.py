"""The user who is logged in."""

from fastapi import APIRouter

from app.models import UserPublic
from app.security import CurrentUser

router = APIRouter(prefix="/users", tags=["users"])


@router.get("/me", response_model=UserPublic)
async def read_me(user: CurrentUser):
    """Who I am."""
    return user
