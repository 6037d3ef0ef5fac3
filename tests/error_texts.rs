//! Tests of the texts of errors.

use humanify::prelude::*;
use humanify::{HumanifyBuilder, ImageDataset, Pages, Secrets};

/// `fn main() -> Result<(), Box<dyn Error>>` prints `Debug` of the error.
#[test]
fn debug_output_of_an_error_is_its_message_with_the_causes() {
    type AnyError = Box<dyn std::error::Error>;
    let builder = Humanify::builder;
    let built = |builder: HumanifyBuilder| -> AnyError { builder.build().unwrap_err().into() };
    let unreadable = Pages::default().appearance(humanify::Appearance::default().logo("nowhere"));
    let errors: Vec<AnyError> = vec![
        built(builder().secrets(Secrets::new("short"))),
        built(builder().secrets(Secrets::from_file("/dev/null/secret"))),
        built(builder().add_network(humanify::Group::Datacenter, "nowhere")),
        built(builder().pages(unreadable)),
        built(builder().image_dataset(ImageDataset::Folder("nowhere".into()))),
        built(builder().store(humanify::Redis::new("no address"))),
        built(builder().lists(humanify::ListSettings::new(humanify::Lists::Fresh).without("tor"))),
        "5 a week".parse::<humanify::Rate>().unwrap_err().into(),
        humanify::Hardness::try_from(9_u8).unwrap_err().into(),
        "a reference"
            .parse::<humanify::Reference>()
            .unwrap_err()
            .into(),
        humanify::captcha::Captchas::builder()
            .build()
            .unwrap_err()
            .into(),
        humanify::verify::SignedAgents::new(&[] as &[&str])
            .unwrap_err()
            .into(),
        Box::new(humanify::StoreError::Full),
        Box::new(humanify::MissingLayer),
    ];
    for error in errors {
        let mut message = error.to_string();
        let mut cause = error.source();
        while let Some(known) = cause {
            message += &format!(": {known}");
            cause = known.source();
        }
        assert_eq!(format!("{error:?}"), message);
        assert!(message.contains(' '), "no sentence: {message}");
    }
}
