"""The recipes that Medloom ships."""
