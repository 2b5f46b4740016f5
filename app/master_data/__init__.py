"""What customers say of themselves: proposed, decided by somebody else, taken to the books once."""
