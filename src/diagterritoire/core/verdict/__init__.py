"""What is computed beside something else: published figures, other places, another year."""
