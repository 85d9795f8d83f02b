"""Terminologies: load, compile once, find their concepts in text."""
