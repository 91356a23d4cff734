"""Every change to claims, evidence and verdicts: who may make it, and what trace it leaves.

Each is keyword-only and atomic, takes ``by=``, locks the claims it decides on, writes one event
and raises ``Refusal`` (bad input), ``ValidationError`` (a field) or ``NotAllowed`` (a person).
"""
