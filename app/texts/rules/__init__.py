"""Pure decisions about texts: placeholders, the standard, how a text becomes paragraphs."""
