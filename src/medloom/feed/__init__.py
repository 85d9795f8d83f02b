"""The paper feed: what came into a collection, ranked by saved interests, as a digest."""
