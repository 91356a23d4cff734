"""Migrations of the Wagtail site."""
