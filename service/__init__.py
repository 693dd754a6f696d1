"""People, storage, HTTP and the queue around the rooms that judge."""
