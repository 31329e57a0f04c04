"""What holds for all tests."""

from hypothesis import settings

# How long an example takes says more about the machine than about fastlint.
settings.register_profile("fastlint", deadline=None)
settings.load_profile("fastlint")
