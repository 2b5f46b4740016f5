"""What mails and pages about documents say: an organisation's own words, or the standard's."""
