"""Which versions of FastAPI and its kin the project runs with, by what its own files say.

Nothing is installed, resolved or asked of a network: lock files, requirements and manifests are
read as the text of a stranger, and what they leave open is the newest release that is known.
"""
