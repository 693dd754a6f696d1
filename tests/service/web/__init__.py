"""Pages, as people meet them: by a test client, and in a real browser."""
