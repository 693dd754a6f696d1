"""One home for each outside library."""
