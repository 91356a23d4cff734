"""The picture that is shown where somebody shares a claim: its status, then its words."""
