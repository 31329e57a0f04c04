"""Who may come in, what clients can reach, what must not be known to them."""
