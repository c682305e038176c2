"""Diagnostic de territoire en santé: access times, patient flows and deficits in one command."""

__version__ = "0.1.0"
