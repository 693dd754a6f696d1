"""One file a promise, each printing a ratio against a named peer in the same run."""
