"""The demo company: people, customers and their files, all invented, all made from a seed."""
