"""Look at the annotations of a collection: rankings, graphs, sentences."""
