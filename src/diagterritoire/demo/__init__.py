"""The invented territory, written in the official file layouts."""

from diagterritoire.demo.writer import DemoSummary, write_demo

__all__ = ["DemoSummary", "write_demo"]
