"""Every built-in step, one file each; the folders are verbs."""
