"""VICReg and its variants."""
