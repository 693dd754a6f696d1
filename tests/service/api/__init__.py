"""The HTTP API, spoken to as its callers do."""
