"""Whole tasks, from the file to the reader."""
