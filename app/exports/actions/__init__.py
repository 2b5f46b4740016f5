"""Asking for an export, making its file, and forgetting it when its time is over."""
