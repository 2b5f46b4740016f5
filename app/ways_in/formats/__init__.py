"""How a mail is read, and how a report is written."""
