//! Fields of forms and queries.

/// The first field of that name in a form or a query.
pub(super) fn field(form: &[u8], name: &str) -> Option<String> {
    fields(form, name, 1).pop()
}

/// All fields of that name, as many as are asked for.
pub(super) fn fields(form: &[u8], name: &str, most: usize) -> Vec<String> {
    form_urlencoded::parse(form)
        .filter(|(key, _)| key == name)
        .map(|(_, value)| value.into_owned())
        .take(most)
        .collect()
}
