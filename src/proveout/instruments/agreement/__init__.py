"""Agreement: do people who decide the same cases agree, and what is the best that any model could do?"""

VERSION = "1"
