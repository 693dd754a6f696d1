"""Whether a candidate may go on: thirteen gates, each printing its value and its limit."""
