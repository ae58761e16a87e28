"""Drafting: planning, writing and the pipeline that joins them with retrieval and checking."""
