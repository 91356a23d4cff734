"""A Wagtail site with one kind of page: a claim, and its evidence as a stream of blocks."""
