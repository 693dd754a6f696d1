"""From data contract to gated artefact (built by later issues)."""
