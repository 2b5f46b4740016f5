"""The letter itself, as a PDF."""
