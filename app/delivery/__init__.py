"""Getting a document to its readers, and knowing for each whether it arrived."""
