"""From words and a document to what somebody reads: letters, and notes on pages."""
