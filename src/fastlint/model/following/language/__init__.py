"""Python's own rules: what its expressions give and its statements do, over values."""
