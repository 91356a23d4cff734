"""What followers are told of: entries that move only with what matters, as Atom and JSON Feed.

A feed is the public record, the same whoever asks.
"""
