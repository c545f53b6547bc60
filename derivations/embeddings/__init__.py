"""Classical spectral embeddings."""
