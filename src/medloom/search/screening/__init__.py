"""Citation screening for a review: what to read next, what was decided, and when to stop."""
