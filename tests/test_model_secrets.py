"""Secrets are told by their form, whatever they are called, and samples of them are not."""

from __future__ import annotations

import pytest

from fastlint.facts.survey import Unparsable, survey
from fastlint.model.following.functions import Module
from fastlint.model.knowledge import load_table
from fastlint.model.reading.words import Phrases, words
from fastlint.model.security.secrets import Secret, secrets

# Put together here, so that nobody who searches this repository for secrets finds one.
RANDOM = "a8Kd02mZq19Xw73Lp5Tn64Vb80Rc21Jf9H5sQe36Yg47Uo58Ic69Zx0PlMk"
HEX = "9f8a77c102bd4e31a5d6c7b8e9f0a1b2" * 2
SAMPLES = {
    "an AWS access key": "AKIA" + "4TQ7ZK2MV9XW3RBD",
    "a GitHub token": "ghp" + "_" + RANDOM[:36],
    "a GitLab token": "glpat" + "-" + RANDOM[:20],
    "a Stripe key": "sk" + "_live_" + RANDOM[:24],
    "a webhook signing secret": "whsec" + "_" + RANDOM[:32],
    "a Slack token": "xoxb" + "-210987654321-" + RANDOM[:24],
    "a Slack webhook address": "https://hooks.slack"
    ".com/services/T02AB34CD/B05EF67GH/" + RANDOM[:24],
    "a Discord webhook address": "https://discord" + ".com/api/webhooks/123456/" + RANDOM,
    "an OpenAI key": "sk" + "-proj-" + RANDOM[:48],
    "an Anthropic key": "sk" + "-ant-api03-" + RANDOM,
    "a Google API key": "AIza" + RANDOM[:35],
    "a Google OAuth client secret": "GOCSPX" + "-" + RANDOM[:28],
    "a SendGrid key": "SG" + "." + RANDOM[:22] + "." + RANDOM[:43],
    "a Twilio key": "SK" + HEX[:32],
    "an npm token": "npm" + "_" + RANDOM[:36],
    "a PyPI token": "pypi" + "-AgEIcHlwaS5vcmc" + RANDOM,
    "a Hugging Face token": "hf" + "_" + RANDOM[:34],
    "a DigitalOcean token": "dop" + "_v1_" + HEX,
    "a Telegram bot token": "7294810365" + ":AA" + RANDOM[:33],
    "a signed JSON web token": "eyJhbGciOiJIUzI1NiJ9" + ".eyJ" + RANDOM[:30] + "." + RANDOM[10:50],
    "a private key": "-----BEGIN PRIVATE KEY-----\\n" + RANDOM + RANDOM,
}


def found(code: str) -> list[Secret]:
    facts = survey(code)
    assert not isinstance(facts, Unparsable)
    return list(secrets(Module("main.py", "main", facts)))


def test_every_form_has_a_sample_here() -> None:
    assert SAMPLES.keys() == load_table("secrets")["formats"].keys()


@pytest.mark.parametrize("what", SAMPLES)
@pytest.mark.parametrize("code", ["x = '{}'", "f(['{}'])", "d = {{'a': '{}'}}", "f(a, '{}')"])
def test_told_by_its_form(what: str, code: str) -> None:
    (secret,) = found(code.format(SAMPLES[what]))
    assert (secret.kind, secret.what) == ("format", what)


@pytest.mark.parametrize(
    "value",
    [
        "AKIAIOSFODNN7EXAMPLE",
        "ghp" + "_" + "x" * 36,
        "ghp" + "_your_token_here_your_token_here_your_token",
        "sk-" + "some-class-names-of-a-style-sheet-are-long",
        "AIza" + "0" * 35,
        "SK" + "0" * 32,
        "npm_config_registry_with_a_very_long_name1",
        "-----BEGIN PRIVATE KEY-----",
        "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0NTY3ODkwIiwibmFtZSI6IkpvaG4ifQ.SflKxwRJSMeKKF2QT4fw",
    ],
)
def test_samples_are_no_secrets(value: str) -> None:
    assert found(f"x = {value!r}") == []


@pytest.mark.parametrize(
    ("address", "is_secret"),
    [
        ("postgresql://app:Vb7kq2pz@db.internal/app", True),
        ("amqp://app:correcthorse@mq/vhost", True),
        ("https://app:Vb7kq2pz@git.acme.io/repo.git", True),
        ("postgresql://app:password@localhost/app", False),
        ("postgresql://app:app@localhost/app", False),
        ("postgresql://app@localhost/app", False),
        ("postgresql://{user}:{password}@localhost/app", False),
        ("postgresql://user:%s@localhost/app", False),
        ("postgresql://app:Vb7kq2pz@db.example.com/app", False),
        ("https://unpkg.com/swagger-ui-dist@5/swagger-ui.css", False),
        ("redis://localhost:6379/0", False),
    ],
)
def test_addresses(address: str, is_secret: bool) -> None:  # noqa: FBT001
    assert [each.kind for each in found(f"URL = {address!r}")] == ["address"] * is_secret


@pytest.mark.parametrize(
    ("code", "name", "use"),
    [
        ("SECRET_KEY = 'k3yb0ard-c4t'", "SECRET_KEY", "value"),
        ("config.secret_key = 'k3yb0ard-c4t'", "secret_key", "value"),
        ("d['SECRET_KEY'] = 'k3yb0ard-c4t'", "SECRET_KEY", "value"),
        ("f(secret_key='k3yb0ard-c4t')", "secret_key", "value"),
        ("def f(secret_key='k3yb0ard-c4t'): ...", "secret_key", "default"),
        ("def f(secret_key=SecretStr('k3yb0ard-c4t')): ...", "secret_key", "default"),
        ("x = os.getenv('API_KEY', 'k3yb0ard-c4t')", "API_KEY", "fallback"),
        ("x = os.getenv('API_KEY') or 'k3yb0ard-c4t'", "API_KEY", "fallback"),
        ("x = config('API_KEY', default='k3yb0ard-c4t')", "API_KEY", "fallback"),
        ("api_key = given or 'k3yb0ard-c4t'", "api_key", "fallback"),
        ("api_key = SecretStr('k3yb0ard-c4t')", "api_key", "value"),
        ("if api_key == 'k3yb0ard-c4t': ...", "api_key", "compared"),
        ("class S(Base):\n    api_key: str = Field(default='k3yb0ard-c4t')", "api_key", "setting"),
        ("class S:\n    api_key: str = 'k3yb0ard-c4t'", "api_key", "value"),
    ],
)
def test_what_it_is_given_to(code: str, name: str, use: str) -> None:
    (secret,) = found(code)
    assert (secret.name, secret.use) == (name, use)


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("hashed_password", ("hashed", "password")),
        ("hashedPassword", ("hashed", "password")),
        ("OPENAI_API_KEY", ("openai", "api", "key")),
        ("X-API-Key", ("x", "api", "key")),
        ("APIKey2", ("api", "key", "2")),
        ("OAuth2Token", ("oauth", "2", "token")),
        ("", ()),
    ],
)
def test_words(name: str, said: tuple[str, ...]) -> None:
    assert words(name) == said


@pytest.mark.parametrize(
    ("name", "head"),
    [
        ("password", ()),
        ("user_password", ("user",)),
        ("password2", ()),
        ("password_default", ()),
        ("next_api_key", ("next",)),
        ("password_reset_url", None),
        ("key", None),
        ("api", None),
        ("", None),
    ],
)
def test_a_phrase_stands_at_the_end(name: str, head: tuple[str, ...] | None) -> None:
    assert Phrases(["password", "api key"], ["default"]).end_of(name) == head
