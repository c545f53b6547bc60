"""InfoNCE, SimCLR and NNCLR: contrast between samples."""
