"""Builds the report: one page of charts about the archive, from facts of articles to sums, figures and the page."""
