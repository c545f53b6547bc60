"""A loss of the reader's own: from its statement to its derivation, and to written files."""
