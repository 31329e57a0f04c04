"""Settings: which options there are, which apply to a run, and what is wrong with them.

Pure data and functions: reads configuration files, prints nothing, raises nothing for a user's
mistake. What is only needed to explain a mistake is imported when there is one.
"""

from fastlint.config.load import Loaded, load
from fastlint.config.override import override
from fastlint.config.problem import ConfigProblem
from fastlint.config.settings import BlockingCall, Level, OutputFormat, Profile, Settings, Versions

__all__ = [
    "BlockingCall",
    "ConfigProblem",
    "Level",
    "Loaded",
    "OutputFormat",
    "Profile",
    "Settings",
    "Versions",
    "load",
    "override",
]
