//! What compiles against humanify, and the exact text of what does not: see `cases/`, a
//! folder for each family, a file for each sentence.
