// See the suites beside this file.
