"""One file: what it is, when it was made, who signed it, whether it was altered."""
