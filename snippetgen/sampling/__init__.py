"""Values made up for a schema: the same schema gives the same value, and the value satisfies it."""

from snippetgen.sampling.sampler import Check, Sampler, Unsatisfied

__all__ = ["Check", "Sampler", "Unsatisfied"]
