"""Scenarios: a file of moves, the inputs once they are made, and what it changes."""
