"""The report for Word and on paper, laid out from its HTML page."""
