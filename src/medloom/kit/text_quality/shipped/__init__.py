"""The profiles that Medloom ships, each with its panel of known-good texts."""
