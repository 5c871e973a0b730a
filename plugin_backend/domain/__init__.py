"""The rules and the words of the subject. Pure: no I/O, no clock, no logging; data and `now` in, data with evidence out."""
