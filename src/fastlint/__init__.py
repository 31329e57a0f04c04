"""fastlint reads a FastAPI project the way FastAPI would run it, and says what will go wrong."""

__version__ = "0.1.0"
