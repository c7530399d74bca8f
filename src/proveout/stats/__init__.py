"""Pure mathematics: numbers and sufficient statistics in, estimates out. No I/O, no names of the domain."""
