"""Processes are killed at random; nothing may be lost."""
