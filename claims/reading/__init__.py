"""Gathers what the readers' pages print: each module answers for one page or one piece of it.

Between the views, which check who may come in, and the QuerySets, which know what may be read.
Everything here reads; nothing writes.
"""
