"""Rule files that sales ops write: checked, compiled, executed, explained."""
