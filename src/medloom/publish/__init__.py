"""Datasets for others: files, cards, releases."""
