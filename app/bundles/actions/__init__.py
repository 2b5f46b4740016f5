"""Asking for a bundle, making its archive, and forgetting it when its time is over."""
