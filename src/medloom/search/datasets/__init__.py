"""Datasets that suit a research idea: ranked by their descriptions and by who else names them."""
