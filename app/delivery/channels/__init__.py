"""The ways a dispatch travels: one module each."""
