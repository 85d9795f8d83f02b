"""Runs a recipe into a collection."""
