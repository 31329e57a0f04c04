"""What browsers are told about the cookies of the bad examples."""

from __future__ import annotations

from pathlib import Path

import pytest
from proofcases import asking


class TestInsecureCookie:
    @pytest.mark.parametrize(
        ("section", "title", "cookie", "flags"),
        [
            ("Bad", "nothing said", "session", set()),
            ("Bad", "nothing said", "refresh_token", {"httponly"}),
            ("Good", "protected, or read from the settings", "session", {"httponly", "secure"}),
        ],
    )
    def test_flags_are_sent_only_where_they_are_set(
        self, tmp_path: Path, section: str, title: str, cookie: str, flags: set[str]
    ) -> None:
        with asking("FLT215", section, title, tmp_path) as client:
            for header in client.post("/login").headers.get_list("set-cookie"):
                if header.startswith(f"{cookie}="):
                    said = {part.strip().lower() for part in header.split(";")}
                    assert said & {"httponly", "secure"} == flags
                    return
            raise AssertionError(cookie)
