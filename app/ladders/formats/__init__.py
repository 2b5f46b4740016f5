"""What a step of a ladder says."""
