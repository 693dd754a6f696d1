"""What a supplier's quote says: who offers what, at which price, and until when."""
