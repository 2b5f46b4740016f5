"""The reminder as a document: what it says, in the words of the e-invoice."""
