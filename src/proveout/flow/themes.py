"""Propose themes for interview transcripts that nobody has coded yet."""

import csv
from pathlib import Path

from proveout import data
from proveout.core.errors import ProveoutError
from proveout.flow.check import FaultyDeclaration
from proveout.flow.workspace import Workspace
from proveout.instruments.interviews.themes import Theme, codes_table, propose_themes, transcripts
