"""The ranker of root causes: simulated and injected incidents, verdicts, fit, gates, artefact."""
