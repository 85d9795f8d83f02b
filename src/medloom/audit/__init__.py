"""Look at a whole collection with doubt: what is unbalanced, repeated, leaking, unlicensed."""
