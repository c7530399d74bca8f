"""What people say when they are asked: answers to questionnaires, scored as their authors say."""

VERSION = "2"
READS = ("groups",)
TAKES_FAILURES = True
