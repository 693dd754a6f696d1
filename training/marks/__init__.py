"""What trains the detectors of marks on pages: pages drawn from a seed, and a small network."""
