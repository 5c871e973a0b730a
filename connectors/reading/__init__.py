"""Mail and calendars as they are written, read into plain facts: headers, addresses, bodies, events, recurrence, zones; bounded, no I/O."""
