"""What `docs/make.py` makes: parts of pages, drawings and screenshots. No part of the package."""
