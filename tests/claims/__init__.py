"""Tests of what is asserted, and what we make of it."""
