// Expressions: see docs/architecture.md for what stands in this room.
