"""The vocabulary: frozen dataclasses, enums and errors. Everything else meets here, and in `Evidence` above all."""
