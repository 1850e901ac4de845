"""The catalogue of named data sets: list, describe and fetch them."""

from ganworks.data.catalogue.fetch import catalogue_names, describe, fetch

__all__ = ["catalogue_names", "describe", "fetch"]
