"""The notebooks, executed as people would."""
