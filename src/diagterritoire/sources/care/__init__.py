"""Readers of professionals and structures, one module per producer."""
