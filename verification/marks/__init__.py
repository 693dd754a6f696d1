"""What is seen on a page: written signatures and other marks."""
