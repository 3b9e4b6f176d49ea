"""What a fresh machine runs instead of a database server and a broker of its own."""
