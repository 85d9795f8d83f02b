"""Search over a collection: full text, vectors, both; similar rows; facets; why a row was found."""
