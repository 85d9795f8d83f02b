"""Medloom turns raw biomedical data into datasets that people can trust."""
