"""Renditions: other forms of a document that Kontor makes, beside the bytes that came."""
