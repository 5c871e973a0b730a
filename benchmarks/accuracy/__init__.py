"""The figures of accuracy that no program of its own hands back: each module measures through the program that knows how."""
