"""What the rows of a table mean, decided without a database."""
