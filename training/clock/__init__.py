"""How the digits of clocks in films were learned; run with `python -m training.clock`."""
