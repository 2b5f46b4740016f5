"""Screens that put several features side by side; reads everything, writes only through actions."""
