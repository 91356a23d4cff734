"""Gathers what the desk's pages print: an article by its sentences, lists of what waits, reviews.

Between the views, which check who may come in, and the QuerySets, which know what may be read.
Everything here reads; nothing writes.
"""
