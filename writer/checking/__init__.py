"""Checking a draft or a manuscript against its corpus, by rules alone."""

from writer.checking.check import CHECKS, check, check_manuscript, checked
from writer.checking.verified import verified

__all__ = ["CHECKS", "check", "check_manuscript", "checked", "verified"]
