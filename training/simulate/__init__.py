"""Sales worlds in which the truth is known: what a coefficient should have paid, and who cheats."""
