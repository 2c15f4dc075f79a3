"""Values made up for a schema: the same schema gives the same value, and the value satisfies it."""

from snippetgen.sampling.sampler import Sampler, Unsatisfied

__all__ = ["Sampler", "Unsatisfied"]
