"""What is seen in a film: frames that cost little, the clock burnt into them, cuts and repeats."""
