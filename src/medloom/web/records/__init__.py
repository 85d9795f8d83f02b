"""What the page of a record shows, put together from the tables of a collection."""
