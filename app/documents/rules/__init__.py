"""Pure decisions about documents: kinds, the words of EN 16931, findings and checks."""
