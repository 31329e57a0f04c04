"""What ruff reports as well: which of its rules a project runs, and which findings are theirs.

Only where a project asks for it (`ruff-overlap = "skip"`) is anything of this looked at.
"""
