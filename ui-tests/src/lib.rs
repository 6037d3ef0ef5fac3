//! Tests of what compiles against humanify, and of the exact text of each compile error. `cases/` has
//! a folder for each family of errors, and a file for each error.
