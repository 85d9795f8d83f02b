"""Synthetic articles in JATS: the bundled demo, and thousands more for load tests.

Everything comes from a seed: the same command writes the same text every time.
"""
