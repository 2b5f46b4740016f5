"""The six kinds of documents in one table: taken in, checked, published, read."""
