"""How Medloom's own taggers are trained. Needs the extra `train` (PyTorch), only for this."""
