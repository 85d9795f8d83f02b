"""Measurements of search and of the explorer."""
