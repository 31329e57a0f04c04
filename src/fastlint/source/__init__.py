"""Which files, what text, which comments suppress what. Knows nothing of FastAPI.

Import from the modules (``from fastlint.source.discover import discover``): nothing is re-exported,
so that a run pays only for what it uses.
"""
