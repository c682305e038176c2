"""Draws of the numbers that somebody chose, and how firm a figure is over them."""
