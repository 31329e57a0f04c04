"""What the text of one body or of one file says by itself: names, uses, results."""
