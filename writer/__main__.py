"""`python -m writer` is the command line."""

import sys

from writer.cli import main

sys.exit(main())
