"""The tagger models inside the package, and the plans they were trained by."""
