"""Many territories in one run: what they share is made once, each is a task of its own."""
