"""Judging: a model reads the claims that rules leave open beside the abstracts they cite, and votes.

It is asked after the rules and never told what they found. Whoever needs no judge imports nothing of this room.
"""

from writer.judging.judge import judge
from writer.judging.open_claims import OpenClaim, open_claims
from writer.judging.plan import JudgingPlan, plan_judging
from writer.judging.settings import JudgeSettings

__all__ = ["JudgeSettings", "JudgingPlan", "OpenClaim", "judge", "open_claims", "plan_judging"]
