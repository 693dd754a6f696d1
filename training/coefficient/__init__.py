"""Fitting the attack coefficient's models: chances of winning and the distribution of values."""
