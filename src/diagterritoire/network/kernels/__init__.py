"""Compiled loops of the searches. Import a module of this package only where it is called.

Importing one imports numba, about half a second. Each takes arrays that its caller has checked.
"""
