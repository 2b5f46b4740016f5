"""Tests of later work."""
