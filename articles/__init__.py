"""The ground floor: what was published, and who speaks."""
