"""What people say when they are asked: answers to questionnaires, scored as their authors say."""

VERSION = "3"
READS = ("groups",)
TAKES_FAILURES = True
