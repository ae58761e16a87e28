"""Drafts related work from a corpus of abstracts, and checks that every claim cites an entry that says so."""
