"""Card money after it was taken: it issues vouchers, goes back, fails to, is disputed, and is taken back."""
