"""Whether the change is planned with those whom it hits: who speaks for it, what is in their way, what is done."""

VERSION = "2"
READS = ("groups", "plan", "sign_offs")
TAKES_FAILURES = True
