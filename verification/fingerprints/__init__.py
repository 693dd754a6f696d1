"""Pages that were seen before: what is kept of each, how they are found and compared."""
