"""Checking a draft against its corpus, by rules alone."""

from writer.checking.check import CHECKS, check, checked
from writer.checking.quotes import verified

__all__ = ["CHECKS", "check", "checked", "verified"]
