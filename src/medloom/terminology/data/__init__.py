"""Rules and word lists of the matcher; users may replace them."""
