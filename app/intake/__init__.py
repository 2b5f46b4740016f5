"""How documents come in: batches of files, each examined and kept."""
