"""The invented territory, written in the official file layouts."""
