"""What is sent back: responses, exceptions, models, and what of them goes wrong."""
