#define ADDED(from, to) ADDQ from, to
