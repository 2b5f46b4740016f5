"""Asking for an evidence pack, making its ZIP, and forgetting it when its time is over."""
