"""What stands in an evidence pack: where each file lies, records for machines, a summary for people."""
