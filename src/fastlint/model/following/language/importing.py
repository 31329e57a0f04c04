"""Imports: which names they bind."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fastlint.facts import tree
from fastlint.model.following.frames import Frame
from fastlint.model.following.values import Const, Items, ModuleValue

if TYPE_CHECKING:
    from fastlint.model.following.machine import Machine

_FASTAPI = (
    "APIRouter", "BackgroundTasks", "Body", "Cookie", "Depends", "FastAPI", "File", "Form",
    "HTTPException", "Header", "Path", "Query", "Request", "Response", "Security", "UploadFile",
    "WebSocket", "WebSocketDisconnect", "WebSocketException", "status",
)  # fmt: skip
"""What ``from fastapi import *`` binds (fastapi/__init__.py)."""
_SECURITY = (
    "APIKeyCookie", "APIKeyHeader", "APIKeyQuery", "HTTPAuthorizationCredentials", "HTTPBasic",
    "HTTPBasicCredentials", "HTTPBearer", "HTTPDigest", "OAuth2", "OAuth2AuthorizationCodeBearer",
    "OAuth2PasswordBearer", "OAuth2PasswordRequestForm", "OAuth2PasswordRequestFormStrict",
    "OpenIdConnect", "SecurityScopes",
)  # fmt: skip
_STARS = {"fastapi": _FASTAPI, "fastapi.security": _SECURITY}


def follow_import(s: tree.Import, frame: Frame) -> None:
    """``import package.module as name``"""
    for alias in s.names:
        value = frame.machine.import_module(frame.path, alias.name)
        if alias.meant != alias.name:
            value = frame.machine.import_module(frame.path, alias.meant)
        frame.bind(alias.bound, value)


def follow_import_from(s: tree.ImportFrom, frame: Frame) -> None:
    """``from module import name``"""
    machine = frame.machine
    module = machine.modules.absolute(frame.path, s.module, s.level)
    if not module:
        return
    for alias in s.names:
        if alias.name == "*":
            _import_star(module, frame, machine)
        else:
            frame.bind(alias.bound, machine.import_name(frame.path, module, alias.name))


def _import_star(module: str, frame: Frame, machine: Machine) -> None:
    target = machine.import_module(frame.path, module)
    if not isinstance(target, ModuleValue):
        frame.open = True
        for name in _STARS.get(module, ()):
            frame.bind(name, machine.import_name(frame.path, module, name))
        return
    source = machine.run_module(target.path)
    frame.open = frame.open or source.open or target.path in machine.running
    listed = source.namespace.get("__all__")
    if isinstance(listed, Items) and not listed.open:
        names = [i.value for i in listed.items if isinstance(i, Const) and isinstance(i.value, str)]
    else:
        names = [name for name in source.namespace if not name.startswith("_")]
    for name in names:
        frame.bind(name, machine.module_attribute(target.path, name))
