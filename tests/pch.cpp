// Exists so that the tests' precompiled header has a target that builds it.
