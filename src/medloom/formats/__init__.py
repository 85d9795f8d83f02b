"""Annotation formats of other tools, to and from rows."""
