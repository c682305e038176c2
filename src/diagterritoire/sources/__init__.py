"""Readers, one module per family of producers: files in, tables of `tables` out."""
