"""Rule files, one a language."""
