"""What programs are given: one shape for each thing, the same at the API and beside its page.

The public record only, in the language of the site, whoever asks. A field is never left out: what
isn't known is null.
"""
