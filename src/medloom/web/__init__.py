"""A local web application that shows a collection."""
