"""Property tests know no deadline: the first call of a test pays for imports, and machines are shared."""

from hypothesis import settings

settings.register_profile("proveout", deadline=None)
settings.load_profile("proveout")
