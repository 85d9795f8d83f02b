"""Answers from a collection, each sentence with its source."""
