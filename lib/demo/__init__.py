"""Demo: the invented company; it writes source files, which then come in through the same door as any other."""
