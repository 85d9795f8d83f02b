"""A plug-in as a stranger would write it."""
