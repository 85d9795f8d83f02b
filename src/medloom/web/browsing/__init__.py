"""Rows of a table a page at a time: what a URL asks for, which rows, what a column holds."""
