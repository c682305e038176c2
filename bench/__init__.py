"""Measurements: the same job done the notebook way and by diagterritoire."""
