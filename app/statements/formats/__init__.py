"""A statement as a file: for spreadsheets, and as a letter."""
