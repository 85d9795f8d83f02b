"""Pure helpers that several steps share."""
