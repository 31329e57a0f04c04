"""Who is asking."""

import json
from typing import Annotated
from urllib.parse import quote
from urllib.request import urlopen

from fastapi import Depends, HTTPException, status
from fastapi.security import OAuth2PasswordBearer

from app.config import settings
from app.models import User

oauth2_scheme = OAuth2PasswordBearer(tokenUrl="/api/users/token")


async def get_current_user(token: Annotated[str, Depends(oauth2_scheme)]) -> User:
    """The user that the session server knows the token of."""
    with urlopen(f"{settings.session_server}/{quote(token)}", timeout=5) as response:
        session = json.load(response)
    if session is None:
        raise HTTPException(status.HTTP_401_UNAUTHORIZED, "unknown or expired token")
    return User(**session)


CurrentUser = Annotated[User, Depends(get_current_user)]
