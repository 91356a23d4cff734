"""Tests of what was published, and who speaks."""
