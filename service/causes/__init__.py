"""Incidents as values: from stage events and evidence to an answer that can be computed again."""
