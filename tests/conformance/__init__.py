"""What becomes of every file of the corpora, beside what its publisher says about it."""
