"""How a claim is cited: as plain text, BibTeX and CSL-JSON, as it stood at a moment."""
