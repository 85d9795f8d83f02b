"""New arrivals in a collection, ranked against saved interests."""
