"""Scoring: the attack coefficient and the ranking of root causes (built by later issues)."""
