"""Tag mentions with a model: features, decoding, training."""
