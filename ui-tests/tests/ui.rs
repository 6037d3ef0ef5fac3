//! Compiles every file of `cases/`. After a change of a message,
//! `TRYBUILD=overwrite cargo test -p humanify-ui-tests` writes the `.stderr` files anew; read
//! each as the person who gets it.

#[test]
fn every_case_says_what_it_should() {
    let cases = trybuild::TestCases::new();
    cases.pass("cases/pass/*.rs");
    for family in [
        "attributes",
        "handlers",
        "calls",
        "statements",
        "values",
        "conditions",
    ] {
        cases.compile_fail(format!("cases/{family}/*.rs"));
    }
}
