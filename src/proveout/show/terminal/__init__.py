"""What a person sees in a terminal. It reads the same in colour, without, and through a pipe."""

from proveout.show.terminal.assessment import print_assessment
from proveout.show.terminal.calls import print_calls, print_made
from proveout.show.terminal.diagnostics import print_code, print_diagnostics
from proveout.show.terminal.lists import print_explanation, print_policy, print_records, print_themes
from proveout.show.terminal.pilot import print_drawn, print_sizing, print_standing
from proveout.show.terminal.portfolio import print_portfolio
from proveout.show.terminal.rollout import print_progress, print_steps
from proveout.show.terminal.watching import print_round

__all__ = [
    "print_assessment",
    "print_calls",
    "print_code",
    "print_diagnostics",
    "print_drawn",
    "print_explanation",
    "print_made",
    "print_policy",
    "print_portfolio",
    "print_progress",
    "print_records",
    "print_round",
    "print_sizing",
    "print_standing",
    "print_steps",
    "print_themes",
]
