"""Kinds of files: the same rows, written for different programs."""
