"""What the checks of workbooks share: a book with its figures worked out anew."""
