"""Untrusted bytes are parsed only here: a fork server and one confined child for each file."""
