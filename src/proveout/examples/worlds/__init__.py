"""The worlds of the stories: each makes the files of its story from a seed, with a truth that it states."""
