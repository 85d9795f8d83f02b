"""What made each table, as nodes with their steps, and pictures of them."""
