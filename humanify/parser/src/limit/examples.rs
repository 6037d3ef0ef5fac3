//! Examples of settings, for messages.

pub(super) fn example(name: &str) -> String {
    let value = match name {
        "burst" => "20",
        "cost" => "5",
        "key" => "\"headers.x-api-key\"",
        "scope" => "\"api\"",
        "count" => "\"failures\"",
        "failures" => "[401, 303]",
        _ => "[POST, PUT]",
    };
    format!("it is written as in `{name} = {value}`")
}
