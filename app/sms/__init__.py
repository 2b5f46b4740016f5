"""Text messages: codes and short notices to mobile telephones, at most once and within a budget."""
